import { type Fields, isSignedWith, isSignType, type SignType } from '@/lib/wechat/v2/sign'
import { type Account, sandboxKey } from '../accounts'
import { type Refused, refuse } from './call'
import type { Endpoint } from './endpoints'
import { explainSignature, type Sentence } from './explanation'
import { SIGN_TYPE } from './forms'
import { findViolation, shapeOf } from './rules'

type Sender = { ok: true; account: Account; signType: SignType }

const ONE_ACCOUNT: Sentence = {
  zh: 'appid 与 mch_id 要属于同一个账户',
  en: 'appid and mch_id belong to the same account',
}
/** Whose call it is: an account that exists, and its signature. The account comes with the key that counts here. */
export function authenticate(accounts: Account[], fields: Fields, { rules, isSandbox }: Endpoint): Sender | Refused {
  const namesOfAccount = rules.filter(([name]) => name === 'appid' || name === 'mch_id')
  const violation = findViolation(namesOfAccount, fields)
  if (violation !== null) {
    const { name, problem, rule } = violation
    return refuse(problem === 'missing' ? `LACK_PARAMS 缺少参数${name}` : `${name}参数长度有误`, problem, rule, name)
  }
  const names = namesOfAccount.map(([name]) => name)
  const { appid, mch_id: mchId, sign_type: said } = fields
  const isOf = (it: Account, name: string) => (name === 'appid' ? it.appid === appid : it.mchId === mchId)
  const unknown = names.find((name) => !accounts.some((it) => isOf(it, name)))
  if (unknown !== undefined) {
    const text = unknown === 'appid' ? 'APPID_NOT_EXIST APPID不存在' : 'MCHID_NOT_EXIST MCHID不存在'
    return refuse(text, 'account', knownOnly(unknown), unknown)
  }
  const account = accounts.find((it) => names.every((name) => isOf(it, name)))
  if (account === undefined) {
    return refuse('APPID_MCHID_NOT_MATCH appid和mch_id不匹配', 'account', ONE_ACCOUNT, 'appid')
  }

  // An empty sign_type says nothing, so it is the default too.
  const signType = said || 'MD5'
  if (!isSignType(signType)) return refuse('invalid sign_type', 'invalid', shapeOf('sign_type', SIGN_TYPE), 'sign_type')
  const apiKey = isSandbox ? sandboxKey(account) : account.apiKey
  if (isSignedWith(fields, apiKey, signType)) return { ok: true, account: { ...account, apiKey }, signType }
  const why = explainSignature(fields, account, { signType, isSandbox })
  return { ok: false, refusal: { type: 'rejection', text: '签名错误', why } }
}

function knownOnly(name: string): Sentence {
  return {
    zh: `${name} 是启动模拟器时设定的账户之一`,
    en: `${name} is one of the accounts that this emulator was started with`,
  }
}
