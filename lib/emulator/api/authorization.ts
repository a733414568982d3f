import { isLoopback } from '@/lib/net/address'
import { buyerOpenid, type Random } from '../chance'
import type { WeChat } from '../wechat'

/** How long a code can be turned into an openid, in milliseconds. */
const CODE_MS = 5 * 60_000
const STATE = /^[\w-]{1,128}$/

/** Who asks: the mark of the browser, and the origins that codes may go to besides loopback. */
type Requester = { buyer: string; origins: string[] }

/**
 * WeChat's page authorization without a page: with scope `snsapi_base` nobody is asked, and the browser comes back with
 * a code. Null when the request is not one that WeChat would take.
 */
export function authorize(wechat: WeChat, query: Record<string, string>, { buyer, origins }: Requester): string | null {
  const { appid = '', redirect_uri: redirectUri = '', response_type: type, scope, state = '' } = query
  const back = URL.parse(redirectUri)
  const isKnown = wechat.accounts.some((account) => account.appid === appid)
  if (!isKnown || type !== 'code' || scope !== 'snsapi_base' || !STATE.test(state) || back === null) return null
  // A script has a host name too if it wants one: `javascript://localhost/`.
  if (!/^https?:$/.test(back.protocol)) return null
  if (!isLoopback(back.hostname) && !origins.includes(back.origin)) return null

  const code = newCode(wechat.random)
  const openid = buyerOpenid(appid, buyer)
  wechat.ledger.insertAuthorization({ code, appid, openid, createdAt: wechat.clock.now(), isUsed: false })
  back.searchParams.set('code', code)
  back.searchParams.set('state', state)
  return back.href
}

/** The openid behind a code, in WeChat's JSON; its errors come with HTTP 200 too. */
export function exchangeCode({ accounts, ledger, clock, random }: WeChat, query: Record<string, string>): object {
  const { appid = '', secret = '', code = '', grant_type: grant } = query
  const account = accounts.find((it) => it.appid === appid)
  if (account === undefined) return { errcode: 40013, errmsg: 'invalid appid' }
  if (account.appSecret === undefined || account.appSecret !== secret) {
    return { errcode: 40125, errmsg: 'invalid appsecret' }
  }
  const found = ledger.findAuthorization(code)
  const isMine = found !== null && found.appid === appid && clock.now() < found.createdAt + CODE_MS
  if (grant !== 'authorization_code' || !isMine) return { errcode: 40029, errmsg: 'invalid code' }
  if (!ledger.spendAuthorization(code)) return { errcode: 40163, errmsg: 'code been used' }
  const [access, refresh] = [newCode(random), newCode(random)]
  const { openid } = found
  return { access_token: access, expires_in: 7200, refresh_token: refresh, openid, scope: 'snsapi_base' }
}

function newCode(random: Random): string {
  return Buffer.from(random(24)).toString('base64url')
}
