import { createHash } from 'node:crypto'
import { setTimeout as pause } from 'node:timers/promises'
import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import { z } from 'zod'

/** Field of a form with a random word that its page was made with, so that two presses of one button are known as such. */
export const PRESS_FIELD = 'press'

const WORD = /^[\w-]{16,64}$/

/** So long the answer to a press is given again: longer than anybody waits for a page before they press once more. */
const KEPT_MS = 10 * 60_000
const KEPT_MAX = 1_000
/** An answer that is longer is given by the process that has it, and by no other. */
const SHARED_LENGTH_MAX = 64 * 1024
/** Whoever had a press may have died over it; then the action itself says what was done already. */
const WAIT_MS_MAX = 10_000
const LOOK_EVERY_MS = 50

export type Presses = {
  /** What an earlier press of the same button was or will be answered; undefined when this is the first. */
  find: (press: string) => Promise<Response | undefined>
  /** Does the work of the first press, and gives its answer to each. Work that throws was not done, and may be tried again. */
  once: (press: string, work: () => Promise<Response>) => Promise<Response>
}

/** Where the processes of a shop keep what each of them answered. */
type SharedAnswers = {
  find: (key: string, since: number) => Promise<{ answer: string | null } | null>
  claim: (key: string, at: number, since: number) => Promise<boolean>
  answer: (key: string, answer: string) => Promise<void>
  release: (key: string) => Promise<void>
}

const shared = z.object({
  status: z.int(),
  headers: z.array(z.tuple([z.string(), z.string()])),
  body: z.string(),
})

/** The word of a form; null for a program, or a page that was made without one. */
export function readPress(form: URLSearchParams): string | null {
  const press = form.get(PRESS_FIELD)
  return press !== null && WORD.test(press) ? press : null
}

/** The presses that this process has seen, and in the store those of all others. */
export function openPresses(now: () => number, answers: SharedAnswers): Presses {
  const kept = new Map<string, { answer: Promise<Response>; at: number }>()
  /** Of these, the store says for good that somebody works on them: it could not be told of the end. */
  const unreleased = new Set<string>()
  const copyOf = async (answer: Promise<Response>) => (await answer).clone()

  /** The oldest stand first. */
  const forget = () => {
    for (const [press, { at }] of kept) {
      if (kept.size <= KEPT_MAX && now() - at < KEPT_MS) return
      kept.delete(press)
    }
  }
  const findHere = (press: string) => {
    forget()
    const known = kept.get(press)
    return known && copyOf(known.answer)
  }
  /** Waits for a process that still works on it. */
  const findElsewhere = async (press: string): Promise<Response | undefined> => {
    for (const end = performance.now() + WAIT_MS_MAX; performance.now() < end; await pause(LOOK_EVERY_MS)) {
      const found = await answers.find(keyOf(press), now() - KEPT_MS)
      if (found === null) return undefined
      if (found.answer !== null) return unseal(press, found.answer)
    }
    return undefined
  }
  /** A store that fails does not make a thing undone: then it is only here that the answer is known. */
  const share = async (press: string, response: Response): Promise<void> => {
    const sealed = await seal(press, response)
    const isShort = sealed.length <= SHARED_LENGTH_MAX
    await (isShort ? answers.answer(keyOf(press), sealed) : answers.release(keyOf(press))).catch(() => {})
  }
  const act = async (press: string, work: () => Promise<Response>): Promise<Response> => {
    const isOurs = unreleased.has(press) || (await answers.claim(keyOf(press), now(), now() - KEPT_MS))
    const elsewhere = isOurs ? undefined : await findElsewhere(press)
    if (elsewhere !== undefined) return elsewhere
    unreleased.add(press)
    try {
      const response = await work()
      await share(press, response.clone())
      unreleased.delete(press)
      return response
    } catch (error) {
      await answers.release(keyOf(press)).then(
        () => unreleased.delete(press),
        () => {},
      )
      throw error
    }
  }
  return {
    find: async (press) => findHere(press) ?? findElsewhere(press),
    once(press, work) {
      const known = findHere(press)
      if (known !== undefined) return known
      const answer = act(press, work)
      kept.set(press, { answer, at: now() })
      answer.catch(() => kept.delete(press))
      return copyOf(answer)
    },
  }
}

function keyOf(press: string): string {
  return createHash('sha256').update(press).digest('base64url')
}

/** The answer may have a new password in it, and who reads the store has not seen the form: its word opens the answer. */
async function seal(press: string, response: Response): Promise<string> {
  const { status, headers } = response
  const text = JSON.stringify({ status, headers: [...headers], body: await response.text() })
  return symmetricEncrypt({ key: press, data: text })
}

async function unseal(press: string, sealed: string): Promise<Response> {
  const { status, headers, body } = shared.parse(JSON.parse(await symmetricDecrypt({ key: press, data: sealed })))
  return new Response(body === '' ? null : body, { status, headers })
}
