import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { readTime } from '@/lib/wechat/time'
import type { Fields } from '@/lib/wechat/v2/sign'
import { BILL_TYPES, type BillRequest, fundFlowBill, tradeBill, type WantedBill } from '../api/bills'
import type { CallExplanation } from '../explanation'
import type { WeChat } from '../wechat'
import type { AuthenticCall, EndpointAnswer } from './call'

/** `POST /pay/downloadbill`: the file itself, or plain XML without a signature. */
export function downloadbill(wechat: WeChat, call: AuthenticCall): EndpointAnswer {
  const type = BILL_TYPES.find((it) => it === call.fields.bill_type) ?? 'ALL'
  const bill = tradeBill(wechat, { ...requestOf(call), type }, call.chances)
  return bill.ok
    ? fileOf(bill.file, call, {})
    : refuse(bill.reason, ([, text, number]) => {
        return { return_code: 'FAIL', return_msg: text, ...(number !== null && { error_code: number }) }
      })
}

/** `POST /pay/downloadfundflow`. */
export function downloadfundflow(wechat: WeChat, call: AuthenticCall): EndpointAnswer {
  // Payments, refunds and fees move on the basic account alone.
  const isBasic = call.fields.account_type === 'Basic'
  const bill = isBasic ? fundFlowBill(wechat, requestOf(call), call.chances) : ({ ok: false, reason: 'none' } as const)
  if (!bill.ok) {
    return refuse(bill.reason, ([code, text]) => {
      return { return_code: 'SUCCESS', result_code: 'FAIL', err_code: code, err_code_des: text }
    })
  }
  const digest = createHash('sha1').update(bill.file).digest('hex')
  return fileOf(bill.file, call, { digest: `SHA=${digest}` })
}

function requestOf({ account, fields }: AuthenticCall): BillRequest {
  return { mchId: account.mchId, begin: readTime(`${fields.bill_date}000000`) ?? Number.POSITIVE_INFINITY }
}

function fileOf(file: string, { fields, chances }: AuthenticCall, headers: Record<string, string>): EndpointAnswer {
  if (fields.tar_type !== 'GZIP') return { type: 'file', bytes: Buffer.from(file), file, headers }
  const packed = gzipSync(file)
  const bytes = chances.has('billCutGzip') ? packed.subarray(0, Math.floor(packed.length / 2)) : packed
  return { type: 'file', bytes, file, headers }
}

type Reason = Extract<WantedBill, { ok: false }>['reason']
/** The code of fund-flow bills, the text of trade bills and its number, where one was seen. */
type Line = [code: string, text: string, number: string | null, why: CallExplanation]

const state = (zh: string, en: string): CallExplanation => ({ problem: 'state', field: 'bill_date', rule: { zh, en } })
const REFUSALS: Record<Reason, Line> = {
  bad_date: [
    'PARAM_ERROR',
    'invalid bill_date',
    '20001',
    state('账单日期是今天以前三个月内的一天', 'bill_date is a day before today, and not more than three months ago'),
  ],
  none: [
    'NO_BILL_EXIST',
    'No Bill Exist',
    '20002',
    state('这一天没有交易', 'nothing was paid or refunded on that day'),
  ],
  creating: [
    'BILL_CREATING',
    'Bill Creating',
    null,
    state('账单在次日 9 点以后生成', 'the bill is written from nine o’clock on the next day'),
  ],
}

function refuse(reason: Reason, write: (line: Line) => Fields): EndpointAnswer {
  const line = REFUSALS[reason]
  return { type: 'no_file', code: line[1], fields: write(line), why: line[3] }
}
