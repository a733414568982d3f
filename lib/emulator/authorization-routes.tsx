/** @jsxImportSource hono/jsx */
import { type Context, Hono } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import type { Access } from './access'
import { grantCode, type RedeemedCode, redeemCode } from './api/authorization'
import { newBuyer } from './chance'
import { showPhoneProblem } from './phone/problem'
import { COOKIE_SECONDS, type Env } from './show-page'
import type { WeChat } from './wechat'

const BUYER_COOKIE = 'emulator_buyer'
const STATE = /^[\w-]{1,128}$/

/** WeChat's page authorization: the browser's way there and back, and the merchant's question who it was. */
export function createAuthorizationRoutes(wechat: WeChat, access: Access, base: string): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/connect/oauth2/authorize', (c) => {
    const back = authorize(wechat, access, c)
    if (back === null) return showPhoneProblem(wechat, c, base, 'authorization')
    const { url, buyer } = back
    setCookie(c, BUYER_COOKIE, buyer, { path: base || '/', maxAge: COOKIE_SECONDS, httpOnly: true, sameSite: 'Lax' })
    return c.redirect(url, 302)
  })
  app.get('/sns/oauth2/access_token', (c) => {
    const { appid = '', secret = '', code = '', grant_type: grant } = c.req.query()
    const redeemed = redeemCode(wechat, { appid, secret, code: grant === 'authorization_code' ? code : '' })
    // WeChat's errors come with HTTP 200 too.
    return c.json(redeemed.ok ? tokenOf(redeemed) : ERRORS[redeemed.reason])
  })
  return app
}

/**
 * With scope `snsapi_base` nobody is asked, and the browser comes back with a code. Null when the request is not one
 * that WeChat would take.
 */
function authorize(wechat: WeChat, access: Access, c: Context<Env>): { url: string; buyer: string } | null {
  const { appid = '', redirect_uri: redirectUri = '', response_type: type, scope, state = '' } = c.req.query()
  const back = URL.parse(redirectUri)
  const isKnown = wechat.accounts.some((account) => account.appid === appid)
  if (!isKnown || type !== 'code' || scope !== 'snsapi_base' || !STATE.test(state)) return null
  if (back === null || !access.mayReturnTo(back)) return null
  const buyer = buyerOf(wechat, c)
  back.searchParams.set('code', grantCode(wechat, appid, buyer))
  back.searchParams.set('state', state)
  return { url: back.href, buyer }
}

/** The mark of this browser, or a new one for a browser that has none. */
function buyerOf({ random }: WeChat, c: Context<Env>): string {
  const mark = getCookie(c, BUYER_COOKIE) ?? ''
  return /^[\w-]{22}$/.test(mark) ? mark : newBuyer(random)
}

const ERRORS = {
  unknown_appid: { errcode: 40013, errmsg: 'invalid appid' },
  wrong_secret: { errcode: 40125, errmsg: 'invalid appsecret' },
  invalid_code: { errcode: 40029, errmsg: 'invalid code' },
  code_used: { errcode: 40163, errmsg: 'code been used' },
} as const satisfies Record<Exclude<RedeemedCode, { ok: true }>['reason'], object>

function tokenOf({ accessToken, refreshToken, openid }: Extract<RedeemedCode, { ok: true }>) {
  const tokens = { access_token: accessToken, expires_in: 7200, refresh_token: refreshToken }
  return { ...tokens, openid, scope: 'snsapi_base' }
}
