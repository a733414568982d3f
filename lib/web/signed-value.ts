import { createHmac, timingSafeEqual } from 'node:crypto'

/**
 * The proof that the shop itself wrote a value for a purpose: a keyed hash, so that it needs no column, cannot be
 * guessed, and is the same whenever it is made again. What was written for one purpose proves nothing for another.
 */
export function proofOf(secret: string, purpose: string, value: string): string {
  return createHmac('sha256', secret).update(`${purpose}:${value}`).digest('base64url')
}

/** Whether a proof that came from outside is the shop's; it takes the same time wherever it differs. */
export function isProofOf(secret: string, purpose: string, value: string, proof: string): boolean {
  return isSameText(proof, proofOf(secret, purpose, value))
}

/** Compares what came from outside with a secret, in a time that tells nothing of the secret. */
export function isSameText(received: string, expected: string): boolean {
  const [a, b] = [Buffer.from(received), Buffer.from(expected)]
  return a.length === b.length && timingSafeEqual(a, b)
}
