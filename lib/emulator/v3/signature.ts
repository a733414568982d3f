import { requestText } from '@/lib/wechat/v3/sign'
import type { CallExplanation } from '../explanation'
import type { MerchantKeys } from '../keys'
import type { IncomingCall } from '../protocol'
import type { Authorization } from './authenticate'

/** Explains a call's signature that the merchant's certificate does not verify. */
export function explainCallSignature(
  { method, target, bytes: body }: IncomingCall,
  { timestamp, nonce_str: nonce }: Authorization,
  _keys: MerchantKeys,
): CallExplanation {
  return {
    problem: 'signature',
    field: 'signature',
    rule: {
      zh: 'signature 是方法、路径和查询串、时间戳、随机串、请求体五行（每行都以换行结尾）用商户私钥做 SHA256-RSA 签名、再做 Base64',
      en: "signature is, in Base64, the merchant's SHA256-RSA signature of five lines, each ended by a line feed: method, path with query, timestamp, nonce, body",
    },
    signature: {
      signType: 'RSA',
      text: Buffer.from(requestText({ method, target, timestamp, nonce, body })).toString(),
      cause: null,
      field: null,
      yourText: null,
    },
  }
}
