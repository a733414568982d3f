import type { MerchantAccount } from '../accounts'
import { type AuthenticCall, type Refusal, refuse, textAt } from './call'
import { refuseField } from './rules'

/** The account that an order's body names: the merchant who signed, with one of its appids. */
export function findAccount(call: AuthenticCall): MerchantAccount | Refusal {
  const { accounts, body } = call
  const other = refuseOtherMerchant(call, textAt(body, 'mchid'), '/mchid')
  if (other !== null) return other
  const appid = textAt(body, 'appid')
  const account = accounts.find((it) => it.appid === appid)
  if (account !== undefined) return account
  return refuse(400, 'APPID_MCHID_NOT_MATCH', 'appid和mch_id不匹配', {
    problem: 'account',
    field: '/appid',
    rule: {
      zh: `appid 要与商户号绑定，这里绑定的是 ${accounts.map((it) => it.appid).join('、')}`,
      en: `the appid is bound to the merchant, which here is ${accounts.map((it) => it.appid).join(' or ')}`,
    },
  })
}

/** The merchant that a call names must be the one that signed it. */
export function refuseOtherMerchant({ mchId }: AuthenticCall, named: string, field: string): Refusal | null {
  if (named === mchId) return null
  return refuseField(field, '商户号', named, {
    zh: 'mchid 要与 Authorization 里的 mchid 相同',
    en: 'mchid is the same as the mchid in Authorization',
  })
}
