import type { KeyObject } from 'node:crypto'
import { z } from 'zod'
import type { Invocation } from '@/lib/shop/gateway'
import type { Payment } from '@/lib/shop/payment'
import { withRedirect } from '../h5'
import { invocationText, sign } from './sign'

type InvocationContext = { now: number; nonce: string; privateKey: KeyObject; returnUrl: string }

const request = z.object({ appid: z.string(), mchid: z.string() })

/**
 * What the buyer's device needs to begin paying, signed anew each time with the merchant's private key. Null when WeChat
 * has not given a prepay id.
 */
export function writeInvocation(payment: Payment, context: InvocationContext): Invocation | null {
  const { prepay, channel } = payment
  if (prepay === null) return null
  switch (channel) {
    case 'native':
      return prepay.codeUrl === null ? null : { channel, codeUrl: prepay.codeUrl }
    case 'h5':
      return prepay.mwebUrl === null ? null : { channel, mwebUrl: withRedirect(prepay.mwebUrl, context.returnUrl) }
    case 'app':
    case 'jsapi': {
      const { appid, mchid: mchId } = request.parse(JSON.parse(payment.request))
      const given = { appid, mchId, prepayId: prepay.prepayId }
      if (channel === 'app') return { channel, app: appParameters(given, context) }
      return { channel, jsapi: jsapiParameters(given, context) }
    }
  }
}

type Given = { appid: string; mchId: string; prepayId: string }
type Moment = Omit<InvocationContext, 'returnUrl'>

/**
 * The set for WeChat's SDK in an app, under the same names as with v2 (API v3, invoke payment in apps). What is signed has no
 * names at all: four lines, the last of which is the bare prepay id; the values of `partnerid` and `package` are not signed.
 */
export function appParameters({ appid, mchId, prepayId }: Given, { now, nonce, privateKey }: Moment) {
  const timestamp = seconds(now)
  const text = invocationText({ appid, timestamp, nonce, last: prepayId })
  const moment = { noncestr: nonce, timestamp, sign: sign(text, privateKey) }
  return { appid, partnerid: mchId, prepayid: prepayId, package: 'Sign=WXPay', ...moment }
}

/** The set for a page inside WeChat and for mini-programs: its fourth line is the whole value of `package`, and `signType` is not signed. */
export function jsapiParameters({ appid, prepayId }: Omit<Given, 'mchId'>, { now, nonce, privateKey }: Moment) {
  const fields = { appId: appid, timeStamp: seconds(now), nonceStr: nonce, package: `prepay_id=${prepayId}` }
  const text = invocationText({ appid, timestamp: fields.timeStamp, nonce, last: fields.package })
  return { ...fields, signType: 'RSA', paySign: sign(text, privateKey) }
}

/** A number of ten digits as text: a number would break iOS. */
function seconds(ms: number): string {
  return String(Math.floor(ms / 1_000))
}
