import { type Fields, isSignedWith, isSignType, type SignType } from '@/lib/wechat/v2/sign'
import { type MerchantAccount, sandboxKey } from '../accounts'
import type { Sentence } from '../explanation'
import { type Endpoint, type Refused, reject } from './call'
import { findViolation, refusalOf, shapeOf } from './rules'
import { explainCallSignature } from './signature'
import { SIGN_TYPE } from './value-formats'

type Sender = { ok: true; account: MerchantAccount; signType: SignType }

const ONE_ACCOUNT: Sentence = {
  zh: 'appid 与 mch_id 要属于同一个账户',
  en: 'appid and mch_id belong to the same account',
}

/** Whose call it is: an account that exists, and its signature. The account comes with the key that counts here. */
export function authenticate(
  accounts: MerchantAccount[],
  fields: Fields,
  { rules, isSandbox }: Endpoint,
): Sender | Refused {
  const namesOfAccount = rules.filter(([name]) => name === 'appid' || name === 'mch_id')
  const violation = findViolation(namesOfAccount, fields)
  if (violation !== null) return { ok: false, refusal: refusalOf(violation) }
  const names = namesOfAccount.map(([name]) => name)
  const { appid, mch_id: mchId, sign_type: said } = fields
  const isOf = (it: MerchantAccount, name: string) => (name === 'appid' ? it.appid === appid : it.mchId === mchId)
  const unknown = names.find((name) => !accounts.some((it) => isOf(it, name)))
  if (unknown !== undefined) {
    const text = unknown === 'appid' ? 'appid不存在' : '商户号mch_id或sub_mch_id不存在'
    return reject(text, 'account', knownOnly(unknown), unknown)
  }
  const account = accounts.find((it) => names.every((name) => isOf(it, name)))
  if (account === undefined) return reject('商户号mch_id与appid不匹配', 'account', ONE_ACCOUNT, 'appid')

  // An empty sign_type says nothing, so it is the default too.
  const signType = said || 'MD5'
  if (!isSignType(signType)) return reject('invalid sign_type', 'invalid', shapeOf('sign_type', SIGN_TYPE), 'sign_type')
  const apiKey = isSandbox ? sandboxKey(account) : account.apiKey
  if (isSignedWith(fields, apiKey, signType)) return { ok: true, account: { ...account, apiKey }, signType }
  const why = explainCallSignature(fields, account, { signType, isSandbox })
  return { ok: false, refusal: { type: 'rejection', text: '签名错误', why } }
}

function knownOnly(name: string): Sentence {
  return {
    zh: `${name} 是启动模拟器时设定的账户之一`,
    en: `${name} is one of the accounts that this emulator was started with`,
  }
}
