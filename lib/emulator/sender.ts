import { type Fields, isSignedWith, isSignType, type SignType } from '@/lib/wechat/v2/sign'
import type { XmlProblem, XmlResult } from '@/lib/wechat/v2/xml'
import { type Account, sandboxKey } from './accounts'
import type { Refusal } from './call'
import type { Endpoint } from './endpoints'
import { type Explanation, explainSignature } from './explanation'

type Message = { ok: true; fields: Fields } | { ok: false; refusal: Refusal }
type Sender = { ok: true; account: Account; signType: SignType } | { ok: false; refusal: Refusal }

const XML_RULES: Record<XmlProblem, string> = {
  not_utf8: 'the document is written in UTF-8',
  control_character: 'the document has no control characters',
  not_allowed: 'the document has no DOCTYPE, comments, attributes, processing instructions or entities of its own',
  not_well_formed: 'the body is one well-formed XML document and nothing else',
  other_root: 'the root of the document is xml',
  not_flat: 'the document is flat: each element of the root holds text only',
  field_twice: 'no element is there twice',
  too_many_fields: 'the document has at most 100 elements',
}

/** What stands before everything else: method, body, XML, encoding. */
export function readMessage(method: string, bytes: Uint8Array, document: XmlResult): Message {
  if (method !== 'POST')
    return refuse('REQUIRE_POST_METHOD 请使用post方法', 'transport', `the method is POST, not ${method}`)
  if (bytes.byteLength === 0) return refuse('POST_DATA_EMPTY post数据为空', 'transport', 'the body is one XML document')
  if (!document.ok) {
    const text = document.reason === 'not_utf8' ? 'NOT_UTF8 编码格式错误' : 'XML_FORMAT_ERROR XML格式错误'
    return refuse(text, 'transport', XML_RULES[document.reason])
  }
  // They are UTF-8, but WeChat Pay does not take them.
  const fourBytes = Object.entries(document.fields).find(([, value]) => /[\u{10000}-\u{10ffff}]/u.test(value))
  if (fourBytes === undefined) return { ok: true, fields: document.fields }
  const rule = 'a character has at most three bytes in UTF-8, so there are no emoji'
  return refuse('NOT_UTF8 编码格式错误', 'transport', rule, fourBytes[0])
}

/** Whose call it is: an account that exists, and its signature. The account comes with the key that counts here. */
export function proveSender(accounts: Account[], fields: Fields, { rules, isSandbox }: Endpoint): Sender {
  const names = rules.map(([name]) => name).filter((name) => name === 'appid' || name === 'mch_id')
  for (const name of names) {
    const value = fields[name] ?? ''
    if (value === '') return refuse(`LACK_PARAMS 缺少参数${name}`, 'missing', `${name} has to be there`, name)
    if (value.length > 32) {
      return refuse(`${name}参数长度有误`, 'too_long', `${name} has at most 32 characters, not ${value.length}`, name)
    }
  }
  const { appid, mch_id: mchId, sign_type: said } = fields
  const isOf = (it: Account, name: string) => (name === 'appid' ? it.appid === appid : it.mchId === mchId)
  const unknown = names.find((name) => !accounts.some((it) => isOf(it, name)))
  if (unknown !== undefined) {
    const text = unknown === 'appid' ? 'APPID_NOT_EXIST APPID不存在' : 'MCHID_NOT_EXIST MCHID不存在'
    return refuse(text, 'account', `${unknown} is one of the accounts that this emulator was started with`, unknown)
  }
  const account = accounts.find((it) => names.every((name) => isOf(it, name)))
  if (account === undefined) {
    const rule = 'appid and mch_id belong to the same account'
    return refuse('APPID_MCHID_NOT_MATCH appid和mch_id不匹配', 'account', rule, 'appid')
  }

  // An empty sign_type says nothing, so it is the default too.
  const signType = said || 'MD5'
  if (!isSignType(signType)) {
    const rule = 'sign_type is MD5 or HMAC-SHA256, spelled exactly so, or left out for MD5'
    return refuse('invalid sign_type', 'invalid', rule, 'sign_type')
  }
  const apiKey = isSandbox ? sandboxKey(account) : account.apiKey
  if (isSignedWith(fields, apiKey, signType)) return { ok: true, account: { ...account, apiKey }, signType }
  const why = explainSignature(fields, account, { signType, isSandbox })
  return { ok: false, refusal: { type: 'rejection', text: '签名错误', why } }
}

function refuse(
  text: string,
  problem: Explanation['problem'],
  rule: string,
  field?: string,
): { ok: false; refusal: Refusal } {
  const why: Explanation = field === undefined ? { problem, rule } : { problem, field, rule }
  return { ok: false, refusal: { type: 'rejection', text, why } }
}
