import { z } from 'zod'
import { type Fetch, readAnswer } from './http'

export type AuthorizationOptions = {
  appid: string
  appSecret: string
  /** WeChat's page that asks who is there (`connect/oauth2/authorize`). */
  authorizeUrl: string
  /** Where a code becomes an openid (`sns/oauth2/access_token`). */
  tokenUrl: string
  fetch: Fetch
}

const CALL_MS_MAX = 8_000
const answer = z.object({ openid: z.string().regex(/^[\w-]{1,128}$/) })

/** WeChat's page authorization, as far as paying needs it: who is the person in front of this page inside WeChat? */
export type Authorization = {
  /** Where to send the browser. It comes back to `redirectUri` with a code and the state. */
  addressFor: (redirectUri: string, state: string) => string
  /** The openid behind a code; null when WeChat does not say. A code is good for one question. */
  findOpenid: (code: string) => Promise<string | null>
}

export function openAuthorization(options: AuthorizationOptions): Authorization {
  const { appid, appSecret, authorizeUrl, tokenUrl, fetch } = options
  return {
    addressFor(redirectUri, state) {
      // WeChat reads the parameters in this order, and wants the fragment at the end.
      const query = { appid, redirect_uri: redirectUri, response_type: 'code', scope: 'snsapi_base', state }
      return `${authorizeUrl}?${new URLSearchParams(query)}#wechat_redirect`
    },
    async findOpenid(code) {
      const query = new URLSearchParams({ appid, secret: appSecret, code, grant_type: 'authorization_code' })
      try {
        const signal = AbortSignal.timeout(CALL_MS_MAX)
        const response = await fetch(new Request(`${tokenUrl}?${query}`, { signal, redirect: 'manual' }))
        const parsed = answer.safeParse(JSON.parse(Buffer.from(await readAnswer(response.body)).toString()))
        return parsed.success ? parsed.data.openid : null
      } catch {
        return null
      }
    },
  }
}
