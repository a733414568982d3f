import { seal } from '@/lib/wechat/v3/cipher'
import { newNonce } from '../chance'
import type { WeChat } from '../wechat'
import { type AuthenticCall, type EndpointAnswer, refuse, state } from './call'
import { writeTime } from './value-formats'

/** `GET /v3/certificates`: every platform certificate that is valid, encrypted with the v3 key. */
export function certificates({ ledger, random }: WeChat, { mchId, keys }: AuthenticCall): EndpointAnswer {
  if (!ledger.findKeySettings(mchId).hasCertificates) {
    return refuse(404, 'RESOURCE_NOT_EXISTS', '无可用的平台证书，请在商户平台-API安全申请使用微信支付公钥', NONE)
  }
  const data = keys.platform.map(({ serial, certificate, pem }) => {
    const sealing = { nonce: newNonce(random, 12), associatedData: 'certificate' }
    const { nonce, associatedData, ciphertext } = seal(pem, sealing, keys.record.v3Key)
    return {
      serial_no: serial,
      effective_time: writeTime(Date.parse(certificate.validFrom)),
      expire_time: writeTime(Date.parse(certificate.validTo)),
      encrypt_certificate: { algorithm: 'AEAD_AES_256_GCM', nonce, associated_data: associatedData, ciphertext },
    }
  })
  return { type: 'success', body: { data } }
}

const NONE = state('Wechatpay-Serial', {
  zh: '这个商户只用微信支付公钥验签，没有平台证书',
  en: 'this merchant verifies with the WeChat Pay public key alone and has no platform certificates',
})
