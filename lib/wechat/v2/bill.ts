import { withDeadline } from '@/lib/net/deadline'
import type { BillAnswer, BillKey } from '@/lib/shop/bill'
import type { BillGateway } from '@/lib/shop/gateway'
import { readFundFlowBill, readTradeBill } from '../bill'
import { BILL_MS_MAX, receiveBill } from '../bill-download'
import { beginCall, endOfBill } from '../call-log'
import type { Fetch } from '../http'
import { shown } from '../shown'
import type { Client } from './call'
import type { Certified } from './refund'
import { type Fields, type SignType, sign } from './sign'
import { readXml, writeXml } from './xml'

/** Bills of API v2: one download each. */
export function openBills(client: Client, certified: Certified): BillGateway {
  const { account } = client
  const fund = { ...client, fetch: certified.fetch }
  return {
    mchId: account.mchId,
    whyNoFundFlow: certified.whyOff,
    numberOf: (outTradeNo) => ({ apiVersion: 'v2', signType: account.signType, outTradeNo }),
    downloadBill: (bill, take) => download(bill.kind === 'trade' ? client : fund, bill, take),
    readTradeBill: (day, source, take) => readTradeBill(source, { day, mchId: account.mchId }, take),
    readFundFlowBill: (day, source, take) => readFundFlowBill(source, { day }, take),
  }
}

type Wanted = { path: string; fields: Fields; type: SignType }

function wantedOf({ account }: Client, { kind, day }: BillKey): Wanted {
  const { appid, mchId: mch_id, signType } = account
  const shared = { appid, mch_id, bill_date: day.replaceAll('-', ''), tar_type: 'GZIP' }
  if (kind === 'fund_flow') {
    // No other signature is taken there (downloadfundflow, `sign_type`).
    const fields = { ...shared, sign_type: 'HMAC-SHA256', account_type: 'Basic' }
    return { path: '/pay/downloadfundflow', fields, type: 'HMAC-SHA256' }
  }
  const type = signType === 'MD5' ? {} : { sign_type: signType }
  return { path: '/pay/downloadbill', fields: { ...shared, ...type, bill_type: 'ALL' }, type: signType }
}

async function download(
  client: Client,
  bill: BillKey,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<BillAnswer> {
  const { apiBase, account, newNonce } = client
  const { path, fields, type } = wantedOf(client, bill)
  const asked: Fields = { ...fields, nonce_str: newNonce() }
  const body = writeXml({ ...asked, sign: sign(asked, account.apiKey, type) })
  const end = beginCall(client, { path, request: shown(asked) })
  const late: BillAnswer = { type: 'failed', problem: 'timeout', fields: {} }
  const answer = await withDeadline(BILL_MS_MAX, late, (signal) => {
    const headers = { 'content-type': 'text/xml; charset=utf-8' }
    const request = new Request(`${apiBase}${path}`, { method: 'POST', headers, body, signal, redirect: 'manual' })
    return receive(client.fetch, request, take)
  })
  end(endOfBill(answer))
  return answer
}

async function receive(
  fetch: Fetch,
  request: Request,
  take: (bytes: Uint8Array) => Promise<void>,
): Promise<BillAnswer> {
  const response = await fetch(request).catch(() => null)
  if (response === null) return { type: 'failed', problem: 'no_connection', fields: {} }
  if (response.status !== 200) {
    void response.body?.cancel().catch(() => undefined)
    return { type: 'failed', problem: `http_${response.status}`, fields: {} }
  }
  const received = await receiveBill(response.body, take, { signal: request.signal })
  if (received.type === 'file') return { type: 'file', sha256: received.sha256, bytes: received.bytes }
  return received.type === 'failed' ? { ...received, fields: {} } : readFailure(received.bytes)
}

const NO_BILL = /^no[ _]bill[ _]exist/i
const CREATING = /^bill[ _]creating/i

/**
 * Instead of a bill there is XML, compressed or not asked for: without a signature, and its code under one of two names
 * (downloadbill, failures).
 */
function readFailure(bytes: Uint8Array): BillAnswer {
  const read = readXml(bytes)
  if (!read.ok) return { type: 'failed', problem: 'not_a_bill', fields: {} }
  const fields = shown(read.fields)
  const { return_msg: text = '', err_code: code = '', error_code: number = '' } = read.fields
  const said = [code, text].filter((it) => it !== '')
  if (said.some((it) => NO_BILL.test(it))) return { type: 'no_bill', fields }
  if (said.some((it) => CREATING.test(it))) return { type: 'creating', fields }
  const problem = (code || text || number || 'not_a_bill').slice(0, 64)
  return { type: 'failed', problem, fields }
}
