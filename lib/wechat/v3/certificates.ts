import { X509Certificate } from 'node:crypto'
import { z } from 'zod'
import { withDeadline } from '@/lib/net/deadline'
import { beginCall } from '../call-log'
import { type Client, exchange, type MerchantAccount, verifyAnswer } from './call'
import { open } from './cipher'
import { type Json, readMessage } from './json'
import type { FoundKey, WeChatKey } from './keys'
import { type Sealing, sealing } from './sealed'

const PATH = '/v3/certificates'
/** A notification may wait for it, which has five seconds in all. */
const CALL_MS_MAX = 1_500
/** WeChat has two at a time while one follows the other. */
const CERTIFICATES_MAX = 10

const answer = z.object({
  data: z
    .array(z.object({ serial_no: z.string(), encrypt_certificate: sealing }))
    .min(1)
    .max(CERTIFICATES_MAX),
})

/**
 * The platform certificates that are valid now (API v3, `GET /v3/certificates`); null when there is no trustworthy answer.
 * What vouches for them is the API v3 key, with which each is sealed; no other party has it. So the answer's own signature
 * may be by one of those that it brings, as it is the first time and after WeChat has begun to sign with a new one.
 */
export async function downloadCertificates(
  client: Omit<Client, 'keys'>,
  held: (serial: string) => FoundKey,
): Promise<WeChatKey[] | null> {
  const end = beginCall(client, { path: PATH, request: {} })
  const done = await withDeadline<Download>(CALL_MS_MAX, { keys: null, outcome: 'timeout' }, (signal) =>
    download(client, held, signal),
  )
  const { keys, outcome } = done
  end({ outcome, isAnswered: keys !== null, answer: { serials: (keys ?? []).map(({ serial }) => serial) } })
  return keys
}

type Download = { keys: WeChatKey[] | null; outcome: string }

async function download(
  client: Omit<Client, 'keys'>,
  held: (serial: string) => FoundKey,
  signal: AbortSignal,
): Promise<Download> {
  const received = await exchange(client, { target: PATH, body: null }, signal)
  if ('problem' in received) return { keys: null, outcome: received.problem }
  const keys = received.status === 200 ? openAll(received.bytes, client.account) : []
  const keyOf = async (serial: string): Promise<FoundKey> => {
    const found = held(serial)
    const brought = keys?.find((it) => it.serial === serial.toUpperCase())
    return found.ok || brought === undefined ? found : { ok: true, key: brought.key }
  }
  const verified = await verifyAnswer(received, client.now(), keyOf)
  if (verified.type === 'failure') return { keys: null, outcome: verified.errCode }
  if (verified.type === 'unknown') return { keys: null, outcome: verified.evidence.problem ?? 'unknown' }
  return keys === null ? { keys: null, outcome: 'undecryptable' } : { keys, outcome: 'SUCCESS' }
}

/** All certificates of an answer, or null: one that does not open makes the others doubtful as well. */
function openAll(bytes: Uint8Array, account: MerchantAccount): WeChatKey[] | null {
  const read = readMessage(bytes)
  const listed = answer.safeParse(read.ok ? read.json : ({} satisfies Json))
  if (!listed.success) return null
  const keys = listed.data.data.map((it) => openOne(it.serial_no, it.encrypt_certificate, account))
  return keys.every((it) => it !== null) ? keys : null
}

function openOne(serial: string, sealed: Sealing, { v3Key }: MerchantAccount): WeChatKey | null {
  const pem = open(sealed, v3Key)
  if (pem === null) return null
  try {
    const certificate = new X509Certificate(Buffer.from(pem))
    const term = { startsAt: Date.parse(certificate.validFrom), endsAt: Date.parse(certificate.validTo) }
    const isSame = certificate.serialNumber.toUpperCase() === serial.toUpperCase()
    const isRsa = certificate.publicKey.asymmetricKeyType === 'rsa'
    return isSame && isRsa ? { serial: serial.toUpperCase(), key: certificate.publicKey, ...term } : null
  } catch {
    return null
  }
}
