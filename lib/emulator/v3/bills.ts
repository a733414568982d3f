import { createHash } from 'node:crypto'
import { gzipSync } from 'node:zlib'
import { readTime } from '@/lib/wechat/time'
import { BILL_TYPES, fundFlowBill, tradeBill, type WantedBill } from '../api/bills'
import type { WeChat } from '../wechat'
import { type AuthenticCall, type EndpointAnswer, type Refusal, refuse, state } from './call'

/** `GET /v3/bill/tradebill`: a link to the file, and what the file's hash has to be. */
export function tradebill(wechat: WeChat, call: AuthenticCall): EndpointAnswer {
  const type = BILL_TYPES.find((it) => it === call.query.get('bill_type')) ?? 'ALL'
  return linkTo(wechat, call, tradeBill(wechat, { ...requestOf(call), type }, call.chances))
}

/** `GET /v3/bill/fundflowbill`. */
export function fundflowbill(wechat: WeChat, call: AuthenticCall): EndpointAnswer {
  // Payments, refunds and fees move on the basic account alone.
  const isBasic = (call.query.get('account_type') ?? 'BASIC') === 'BASIC'
  const none = { ok: false, reason: 'none' } as const
  return linkTo(wechat, call, isBasic ? fundFlowBill(wechat, requestOf(call), call.chances) : none)
}

/** `GET /v3/billdownload/file`: the file itself, which is not signed. */
export function billfile({ billLinks, clock }: WeChat, { mchId, query, chances }: AuthenticCall): EndpointAnswer {
  const found = billLinks.find(query.get('token') ?? '', mchId, clock.now())
  if (found === 'stale') return STALE
  if (found === 'foreign') return FOREIGN
  if (!found.isPacked) return { type: 'file', bytes: Buffer.from(found.file), file: found.file }
  const packed = gzipSync(found.file)
  const bytes = chances.has('billCutGzip') ? packed.subarray(0, Math.floor(packed.length / 2)) : packed
  return { type: 'file', bytes, file: found.file }
}

function requestOf({ mchId, query }: AuthenticCall) {
  const day = (query.get('bill_date') ?? '').replaceAll('-', '')
  return { mchId, begin: readTime(`${day}000000`) ?? Number.POSITIVE_INFINITY }
}

function linkTo(wechat: WeChat, { mchId, query, baseUrl }: AuthenticCall, bill: WantedBill): EndpointAnswer {
  if (!bill.ok) return REFUSALS[bill.reason]
  const { billLinks, clock, random } = wechat
  const kept = { mchId, file: bill.file, isPacked: query.get('tar_type') === 'GZIP' }
  const token = billLinks.keep(kept, clock.now(), random)
  return {
    type: 'success',
    body: {
      hash_type: 'SHA1',
      // Of the file as it is uncompressed, also when it is fetched compressed (bills, hash_value).
      hash_value: createHash('sha1').update(bill.file).digest('hex'),
      download_url: `${baseUrl}/v3/billdownload/file?token=${token}`,
    },
  }
}

const REFUSALS: Record<Extract<WantedBill, { ok: false }>['reason'], Refusal> = {
  bad_date: refuse(
    400,
    'INVALID_REQUEST',
    '账单日期不正确',
    state('bill_date', {
      zh: '账单日期是今天以前三个月内的一天',
      en: 'bill_date is a day before today, and not more than three months ago',
    }),
  ),
  none: refuse(
    400,
    'NO_STATEMENT_EXIST',
    '账单文件不存在',
    state('bill_date', { zh: '这一天没有交易', en: 'nothing was paid or refunded on that day' }),
  ),
  creating: refuse(
    400,
    'STATEMENT_CREATING',
    '账单生成中',
    state('bill_date', {
      zh: '账单在次日 9 点以后生成',
      en: 'the bill is written from nine o’clock on the next day',
    }),
  ),
}

const STALE = refuse(
  400,
  'INVALID_REQUEST',
  '下载链接已失效',
  state('token', { zh: '下载链接 5 分钟内有效', en: 'a link is good for five minutes' }),
)
const FOREIGN = refuse(
  403,
  'NO_AUTH',
  '没有权限下载该账单',
  state('token', { zh: '链接只能由申请它的商户下载', en: 'only the merchant that asked for a link may follow it' }),
)
