import { z } from 'zod'
import { withDeadline } from '@/lib/net/deadline'
import type { BillAnswer, BillKey } from '@/lib/shop/bill'
import type { BillGateway } from '@/lib/shop/gateway'
import { readFundFlowBill, readTradeBill } from '../bill'
import { BILL_MS_MAX, receiveBill } from '../bill-download'
import { beginCall, endOfBill } from '../call-log'
import { CALL_MS_MAX, type Client, call, signedRequest } from './call'
import { SIGN_SCHEME } from './sign'

type Take = (bytes: Uint8Array) => Promise<void>

/** Bills of API v3: a link is asked for, and then followed. */
export function openBills(client: Client): BillGateway {
  const { mchId } = client.account
  return {
    mchId,
    // The private key is enough for all of API v3.
    whyNoFundFlow: () => null,
    numberOf: (outTradeNo) => ({ apiVersion: 'v3', signType: SIGN_SCHEME, outTradeNo }),
    downloadBill: async (bill, take) => {
      const found = await findLink(client, bill)
      return 'type' in found ? found : follow(client, found, take)
    },
    readTradeBill: (day, source, take) => readTradeBill(source, { day, mchId }, take),
    readFundFlowBill: (day, source, take) => readFundFlowBill(source, { day }, take),
  }
}

type Link = { target: string; sha1: string }

const given = z.object({
  hash_type: z.literal('SHA1'),
  hash_value: z.string().regex(/^[0-9a-fA-F]{40}$/),
  download_url: z.string().max(2_048),
})

/** The first step. Its answer is signed, and so are the hash and the link in it. */
async function findLink(client: Client, { kind, day }: BillKey): Promise<Link | BillAnswer> {
  const path = kind === 'trade' ? '/v3/bill/tradebill' : '/v3/bill/fundflowbill'
  const type = kind === 'trade' ? 'bill_type=ALL' : 'account_type=BASIC'
  const target = `${path}?bill_date=${day}&${type}&tar_type=GZIP`
  const answer = await call(client, { path, target, body: null }, CALL_MS_MAX)
  const { fields, problem } = answer.evidence
  if (answer.type === 'unknown') return { type: 'failed', problem: problem ?? 'unknown', fields }
  if (answer.type === 'failure') {
    if (answer.errCode === 'NO_STATEMENT_EXIST') return { type: 'no_bill', fields }
    if (answer.errCode === 'STATEMENT_CREATING') return { type: 'creating', fields }
    return { type: 'failed', problem: answer.errCode, fields }
  }
  const read = given.safeParse(answer.json)
  if (!read.success) return { type: 'failed', problem: 'no_download_url', fields }
  const { download_url: link, hash_value: hash } = read.data
  // The request is signed with the merchant's key, and goes to nobody but WeChat.
  if (!link.startsWith(`${client.apiBase}/`)) return { type: 'failed', problem: 'foreign_link', fields }
  return { target: link.slice(client.apiBase.length), sha1: hash.toLowerCase() }
}

/** The second step. Its answer is not signed: the hash of the first one, over the uncompressed file, stands for it. */
async function follow(client: Client, { target, sha1 }: Link, take: Take): Promise<BillAnswer> {
  const [path = target] = target.split('?')
  const end = beginCall(client, { path, request: { path } })
  const late: BillAnswer = { type: 'failed', problem: 'timeout', fields: {} }
  const answer = await withDeadline(BILL_MS_MAX, late, (signal) => receive(client, { target, sha1 }, { take, signal }))
  end(endOfBill(answer))
  return answer
}

async function receive(
  client: Client,
  { target, sha1 }: Link,
  { take, signal }: { take: Take; signal: AbortSignal },
): Promise<BillAnswer> {
  const failed = (problem: string): BillAnswer => ({ type: 'failed', problem, fields: {} })
  const response = await client.fetch(signedRequest(client, { target, body: null }, signal)).catch(() => null)
  if (response === null) return failed('no_connection')
  if (response.status !== 200) {
    void response.body?.cancel().catch(() => undefined)
    return failed(`http_${response.status}`)
  }
  const received = await receiveBill(response.body, take, { signal })
  if (received.type === 'failed') return failed(received.problem)
  if (received.type === 'text') return failed('not_a_bill')
  if (received.sha1 !== sha1) return failed('hash_differs')
  return { type: 'file', sha256: received.sha256, bytes: received.bytes }
}
