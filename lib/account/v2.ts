import { type Client, call, type VerifiedAnswer } from '@/lib/wechat/v2/call'
import type { SignType } from '@/lib/wechat/v2/sign'
import { doubtful, type Finding, right, untold, wrong } from './finding'

/** What a query for a number that cannot exist was answered. */
type Meaning =
  /** WeChat knows account and signature, and has no such order. */
  { type: 'known' } | { type: 'signature' } | { type: 'about'; finding: Finding }

/**
 * Queries a number that cannot exist in API v2. WeChat looks at the account first, then at the signature, and only who
 * passes both hears that there is no such order.
 */
export async function examineV2(client: Client, number: string, msMax: number): Promise<Finding[]> {
  const { signType } = client.account
  const asked = await query(client, number, signType, msMax)
  if (asked.type === 'known') {
    return [
      right('connection', 'WeChat Pay answers, and its answer is signed with the API key'),
      right('appid', `${client.account.appid} belongs to the merchant`),
      right('merchant', client.account.mchId),
      right('API key', 'WXPAY_API_KEY'),
      right('sign type', signType),
    ]
  }
  if (asked.type === 'about') return [asked.finding]
  return [
    right('appid', `${client.account.appid} belongs to the merchant`),
    right('merchant', client.account.mchId),
    ...(await examineSignature(client, number, msMax)),
  ]
}

/** Which of the two that make a signature is wrong: what WeChat takes instead tells. */
async function examineSignature(client: Client, number: string, msMax: number): Promise<Finding[]> {
  const { signType, previousApiKey } = client.account
  const other = signType === 'MD5' ? 'HMAC-SHA256' : 'MD5'
  if ((await query(client, number, other, msMax)).type === 'known') {
    const text = `WXPAY_SIGN_TYPE is ${signType}, and WeChat Pay takes ${other} alone: set it so`
    return [right('API key', 'WXPAY_API_KEY'), wrong('sign type', text)]
  }
  if (previousApiKey !== null) {
    const before = { ...client, account: { ...client.account, apiKey: previousApiKey } }
    if ((await query(before, number, signType, msMax)).type === 'known') {
      const text =
        'WeChat Pay still has WXPAY_PREVIOUS_API_KEY: the new key was not saved in the merchant console, or takes minutes to count'
      return [wrong('API key', text), right('sign type', signType)]
    }
  }
  const text =
    'WXPAY_API_KEY is not the one in the merchant console (account center, API security): it cannot be read there, only set anew'
  return [wrong('API key', text), untold('sign type', 'either type is refused while the key is wrong')]
}

async function query(client: Client, number: string, type: SignType, msMax: number): Promise<Meaning> {
  const { appid, mchId: mch_id } = client.account
  const fields = { appid, mch_id, out_trade_no: number, sign_type: type }
  return meaningOf(await call(client, '/pay/orderquery', fields, type, msMax), client)
}

function meaningOf(answer: VerifiedAnswer, { account }: Client): Meaning {
  if (answer.type === 'success') {
    const text = 'an order has the number of this examination, which nobody can have made'
    return { type: 'about', finding: doubtful('connection', text) }
  }
  const { fields, problem } = answer.evidence
  const said = String(answer.type === 'failure' ? answer.errCode : (fields.return_msg ?? ''))
  if (said === 'ORDERNOTEXIST') return { type: 'known' }
  if (/签名错误|SIGNERROR/.test(said)) return { type: 'signature' }
  const finding = accountFinding(said, account) ?? otherFinding(said, problem)
  return { type: 'about', finding }
}

/** The codes of the documentation, and the texts that say the same. */
function accountFinding(said: string, { appid, mchId }: Client['account']): Finding | null {
  if (/APPID_MCHID_NOT_MATCH|不匹配/.test(said)) {
    return wrong('appid', `WXPAY_APPID ${appid} is not bound to merchant ${mchId}: bind it in the merchant console`)
  }
  if (/APPID_NOT_EXIST|appid不存在|appid参数/.test(said)) return wrong('appid', `WeChat has no WXPAY_APPID ${appid}`)
  if (/MCHID_NOT_EXIST|MCH_NOT_EXISTS|商户号/.test(said) && !said.includes('权限')) {
    return wrong('merchant', `WeChat Pay has no WXPAY_MCHID ${mchId}`)
  }
  if (/NOAUTH|权限/.test(said)) {
    return wrong('merchant', `${mchId} may not use this: the product is not opened in the merchant console (${said})`)
  }
  return null
}

/** What it was when it was about nothing of ours that we know. */
function otherFinding(said: string, problem: string | null): Finding {
  if (problem === 'bad_signature') {
    return wrong(
      'connection',
      "the answer is not signed with WXPAY_API_KEY: it is not WeChat Pay's, or the key changes",
    )
  }
  if (problem === 'not_ours') return wrong('connection', 'the answer is about another account')
  if (problem === 'no_connection') return wrong('connection', 'WeChat Pay cannot be reached: name, route or firewall')
  if (problem === 'timeout') return doubtful('connection', 'WeChat Pay did not answer in time')
  if (said === '') return wrong('connection', `no answer of WeChat Pay's API v2 (${problem ?? 'unknown'})`)
  return doubtful('connection', `WeChat Pay answered ${said.slice(0, 100)}`)
}

const REFUND_PATH = '/secapi/pay/refund'

/**
 * Whether WeChat takes the client certificate: it looks at that before anything else of a call for refunds. The call names
 * no order and no amount, so whatever it is answered, no money moves.
 */
export async function examineCertificate(certified: Client, msMax: number): Promise<Finding> {
  const { appid, mchId: mch_id, signType } = certified.account
  const answer = await call(certified, REFUND_PATH, { appid, mch_id, sign_type: signType }, signType, msMax)
  const { problem } = answer.evidence
  const said = answer.type === 'failure' ? answer.errCode : (problem ?? '')
  if (said === 'certificate_refused' || said === 'CERT_ERROR') {
    return wrong('certificate', 'WeChat Pay refuses WXPAY_CERT_FILE: make a new one in the merchant console')
  }
  if (said === 'no_connection') return doubtful('certificate', 'no connection with WXPAY_CERT_FILE could be made')
  if (said === 'timeout' || /^http_/.test(said)) return untold('certificate', `no answer with it (${said})`)
  return right('certificate', 'WeChat Pay takes WXPAY_CERT_FILE')
}
