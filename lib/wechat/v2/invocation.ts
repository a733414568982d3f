import type { Invocation } from '@/lib/shop/gateway'
import type { Payment } from '@/lib/shop/payment'
import { withRedirect } from '../h5'
import { readRequest } from './request'
import { type Fields, type SignType, sign } from './sign'

type InvocationContext = { now: number; nonce: string; apiKey: string; returnUrl: string }

/**
 * What the buyer's device needs to begin paying, signed anew each time. Null when WeChat has not given a prepay id.
 * The second signatures are made with the type of the order request (documentation, "invoke payment").
 */
export function writeInvocation(payment: Payment, type: SignType, context: InvocationContext): Invocation | null {
  const { prepay, channel, request } = payment
  if (prepay === null) return null
  const { appid = '', mch_id: mchId = '' } = readRequest(request)
  switch (channel) {
    case 'native':
      return prepay.codeUrl === null ? null : { channel, codeUrl: prepay.codeUrl }
    case 'h5':
      return prepay.mwebUrl === null ? null : { channel, mwebUrl: withRedirect(prepay.mwebUrl, context.returnUrl) }
    case 'app':
      return { channel, app: appParameters({ appid, mchId, prepayId: prepay.prepayId }, type, context) }
    case 'jsapi':
      return { channel, jsapi: jsapiParameters({ appid, prepayId: prepay.prepayId }, type, context) }
  }
}

/** The set for WeChat's SDK in an app. All names are lower case; older texts list the SDK's own, which sign wrongly. */
export function appParameters(
  { appid, mchId, prepayId }: { appid: string; mchId: string; prepayId: string },
  type: SignType,
  { now, nonce, apiKey }: Omit<InvocationContext, 'returnUrl'>,
) {
  const fields = {
    appid,
    partnerid: mchId,
    prepayid: prepayId,
    package: 'Sign=WXPay',
    noncestr: nonce,
    timestamp: seconds(now),
  } satisfies Fields
  return { ...fields, sign: sign(fields, apiKey, type) }
}

/** The set for a page inside WeChat and for mini-programs; here the names have capitals, and `signType` is signed. */
export function jsapiParameters(
  { appid, prepayId }: { appid: string; prepayId: string },
  type: SignType,
  { now, nonce, apiKey }: Omit<InvocationContext, 'returnUrl'>,
) {
  const fields = {
    appId: appid,
    timeStamp: seconds(now),
    nonceStr: nonce,
    package: `prepay_id=${prepayId}`,
    signType: type,
  } satisfies Fields
  return { ...fields, paySign: sign(fields, apiKey, type) }
}

/** A number of ten digits as text: a number would break iOS. */
function seconds(ms: number): string {
  return String(Math.floor(ms / 1_000))
}
