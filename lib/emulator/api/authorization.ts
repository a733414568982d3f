import { buyerOpenid, type Random } from '../chance'
import type { WeChat } from '../wechat'

/** How long a code can be turned into an openid, in milliseconds. */
const CODE_MS = 5 * 60_000

export type RedeemedCode =
  | { ok: true; openid: string; accessToken: string; refreshToken: string }
  | { ok: false; reason: 'unknown_appid' | 'wrong_secret' | 'invalid_code' | 'code_used' }

/**
 * A code that says who holds this browser, for a merchant that wants to know.
 *
 * @param buyer the mark of the browser
 */
export function grantCode({ clock, ledger, random }: WeChat, appid: string, buyer: string): string {
  const code = newCode(random)
  const openid = buyerOpenid(appid, buyer)
  ledger.insertAuthorization({ code, appid, openid, createdAt: clock.now(), isUsed: false })
  return code
}

/** The openid behind a code, once. */
export function redeemCode(
  { accounts, ledger, clock, random }: WeChat,
  { appid, secret, code }: { appid: string; secret: string; code: string },
): RedeemedCode {
  const account = accounts.find((it) => it.appid === appid)
  if (account === undefined) return { ok: false, reason: 'unknown_appid' }
  if (account.appSecret === undefined || account.appSecret !== secret) return { ok: false, reason: 'wrong_secret' }
  const found = ledger.findAuthorization(code)
  const isMine = found !== null && found.appid === appid && clock.now() < found.createdAt + CODE_MS
  if (!isMine) return { ok: false, reason: 'invalid_code' }
  if (!ledger.spendAuthorization(code)) return { ok: false, reason: 'code_used' }
  return { ok: true, openid: found.openid, accessToken: newCode(random), refreshToken: newCode(random) }
}

function newCode(random: Random): string {
  return Buffer.from(random(24)).toString('base64url')
}
