import { explainSign, hideKeys } from '@/lib/wechat/v2/explain/explain'
import { type Fields, isSignedWith, maskedTextToSign, type SignType } from '@/lib/wechat/v2/sign'
import { type MerchantAccount, sandboxKey } from '../accounts'
import type { CallExplanation } from '../explanation'

/** Explains a call's signature that is not right for this account. */
export function explainCallSignature(
  fields: Fields,
  account: MerchantAccount,
  { signType, isSandbox }: { signType: SignType; isSandbox: boolean },
): CallExplanation {
  const [live, sandbox] = [account.apiKey, sandboxKey(account)]
  const [current, other] = isSandbox ? [sandbox, live] : [live, sandbox]
  const mistake = explainSign(fields, { current, previous: null })
  const isOtherKey = isSignedWith(fields, other, signType)
  const cause = isOtherKey ? (isSandbox ? 'live_key' : 'sandbox_key') : (mistake?.cause ?? null)
  const text = hideKeys(maskedTextToSign(fields), { current, previous: other })
  return {
    problem: 'signature',
    field: 'sign',
    rule: {
      zh: `sign 是所有非空字段按字段名字节序拼接、再接密钥之后的 ${signType} 值`,
      en: `sign is the ${signType} of all fields that are not empty, in the byte order of their names, and the key`,
    },
    signature: {
      signType,
      text,
      cause,
      field: mistake?.field ?? null,
      yourText: mistake === null || mistake.signedText === text ? null : mistake.signedText,
    },
  }
}
