import { type Fields, isSignedWith, isSignType, type SignType } from '@/lib/wechat/v2/sign'
import type { XmlProblem, XmlResult } from '@/lib/wechat/v2/xml'
import { type Account, sandboxKey } from './accounts'
import type { Refusal } from './call'
import type { Endpoint } from './endpoints'
import { type Explanation, explainSignature, type Sentence } from './explanation'
import { limitOf, requirement } from './rules'

type Message = { ok: true; fields: Fields } | { ok: false; refusal: Refusal }
type Sender = { ok: true; account: Account; signType: SignType } | { ok: false; refusal: Refusal }

const POSTED: Sentence = { zh: '请求方法必须是 POST', en: 'the method is POST' }
const ONE_DOCUMENT: Sentence = { zh: '请求体必须是一个 XML 文档', en: 'the body is one XML document' }
const THREE_BYTES: Sentence = {
  zh: '每个字符的 UTF-8 编码最多三个字节，所以不能有表情符号',
  en: 'a character has at most three bytes in UTF-8, so there are no emoji',
}
const ONE_ACCOUNT: Sentence = {
  zh: 'appid 与 mch_id 要属于同一个账户',
  en: 'appid and mch_id belong to the same account',
}
const SIGN_TYPES: Sentence = {
  zh: 'sign_type 是 MD5 或 HMAC-SHA256，大小写须一致；不写就是 MD5',
  en: 'sign_type is MD5 or HMAC-SHA256, spelled exactly so, or left out for MD5',
}
const XML_RULES: Record<XmlProblem, Sentence> = {
  not_utf8: { zh: '文档用 UTF-8 编码', en: 'the document is written in UTF-8' },
  control_character: { zh: '文档里没有控制字符', en: 'the document has no control characters' },
  not_allowed: {
    zh: '文档里没有 DOCTYPE、注释、属性、处理指令和自定义实体',
    en: 'the document has no DOCTYPE, comments, attributes, processing instructions or entities of its own',
  },
  not_well_formed: {
    zh: '请求体是一个格式正确的 XML 文档，此外什么也没有',
    en: 'the body is one well-formed XML document and nothing else',
  },
  other_root: { zh: '文档的根元素是 xml', en: 'the root of the document is xml' },
  not_flat: {
    zh: '文档只有一层：根元素之下只有文本',
    en: 'the document is flat: each element of the root holds text only',
  },
  field_twice: { zh: '同名元素不能出现两次', en: 'no element is there twice' },
  too_many_fields: { zh: '文档最多 100 个元素', en: 'the document has at most 100 elements' },
}

/** What stands before everything else: method, body, XML, encoding. */
export function readMessage(method: string, bytes: Uint8Array, document: XmlResult): Message {
  if (method !== 'POST') return refuse('REQUIRE_POST_METHOD 请使用post方法', 'transport', POSTED)
  if (bytes.byteLength === 0) return refuse('POST_DATA_EMPTY post数据为空', 'transport', ONE_DOCUMENT)
  if (!document.ok) {
    const text = document.reason === 'not_utf8' ? 'NOT_UTF8 编码格式错误' : 'XML_FORMAT_ERROR XML格式错误'
    return refuse(text, 'transport', XML_RULES[document.reason])
  }
  // They are UTF-8, but WeChat Pay does not take them.
  const fourBytes = Object.entries(document.fields).find(([, value]) => /[\u{10000}-\u{10ffff}]/u.test(value))
  if (fourBytes === undefined) return { ok: true, fields: document.fields }
  return refuse('NOT_UTF8 编码格式错误', 'transport', THREE_BYTES, fourBytes[0])
}

/** Whose call it is: an account that exists, and its signature. The account comes with the key that counts here. */
export function proveSender(accounts: Account[], fields: Fields, { rules, isSandbox }: Endpoint): Sender {
  const names = rules.map(([name]) => name).filter((name) => name === 'appid' || name === 'mch_id')
  for (const name of names) {
    const value = fields[name] ?? ''
    if (value === '') return refuse(`LACK_PARAMS 缺少参数${name}`, 'missing', requirement(name), name)
    if (value.length > 32) return refuse(`${name}参数长度有误`, 'too_long', limitOf(name, 32, value), name)
  }
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
  if (!isSignType(signType)) return refuse('invalid sign_type', 'invalid', SIGN_TYPES, 'sign_type')
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

function refuse(
  text: string,
  problem: Explanation['problem'],
  rule: Sentence,
  field?: string,
): { ok: false; refusal: Refusal } {
  const why: Explanation = field === undefined ? { problem, rule } : { problem, field, rule }
  return { ok: false, refusal: { type: 'rejection', text, why } }
}
