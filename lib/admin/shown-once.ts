import { symmetricDecrypt, symmetricEncrypt } from 'better-auth/crypto'
import { z } from 'zod'
import { writeCookie } from '@/lib/web/cookie'

/** Cookie with what the next page shows to whoever had it made, and nobody keeps: encrypted, and for this session only. */
export const SHOWN_COOKIE = 'shown'

/** So long it can be shown: a page that is loaded twice in a moment must not lose it, and a phone takes its time. */
const SECONDS = { password: 60, recovery_codes: 60, second_factor: 600 }

const shown = z.discriminatedUnion('type', [
  z.object({ type: z.literal('password'), email: z.string(), password: z.string() }),
  z.object({ type: z.literal('recovery_codes'), codes: z.array(z.string()) }),
  z.object({ type: z.literal('second_factor'), uri: z.string(), codes: z.array(z.string()) }),
])
export type Shown = z.infer<typeof shown>
const sealed = z.object({ sessionId: z.string(), at: z.number(), what: shown })

export type ShownParts = { shownSecret: string; config: { publicUrl: URL } }

/** Any process of the shop can show what another one made, so it travels with the browser and not in one's memory. */
export async function sealShown({ shownSecret, config }: ShownParts, sessionId: string, what: Shown): Promise<string> {
  const text = await symmetricEncrypt({ key: shownSecret, data: JSON.stringify({ sessionId, at: Date.now(), what }) })
  return writeCookie(SHOWN_COOKIE, text, SECONDS[what.type], config.publicUrl)
}

/** Takes back what there was to show. */
export function nothingShown({ config }: ShownParts): string {
  return writeCookie(SHOWN_COOKIE, '', 0, config.publicUrl)
}

/** What a session is to be shown now; null for what is old, another session's, or not ours. */
export async function openShown(
  { shownSecret }: ShownParts,
  sessionId: string,
  cookie: string | undefined,
): Promise<Shown | null> {
  if (cookie === undefined || !/^[\da-f]+$/.test(cookie)) return null
  const text = await symmetricDecrypt({ key: shownSecret, data: cookie }).catch(() => null)
  const read = text === null ? null : sealed.parse(JSON.parse(text))
  if (read === null || read.sessionId !== sessionId) return null
  return Math.abs(Date.now() - read.at) < SECONDS[read.what.type] * 1_000 ? read.what : null
}
