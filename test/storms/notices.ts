import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { decryptReqInfo, encryptReqInfo } from '@/lib/wechat/v2/cipher'
import type { Fields } from '@/lib/wechat/v2/sign'
import { readXml, writeXml } from '@/lib/wechat/v2/xml'
import { fieldsOf } from './messages'
import type { Stage } from './stage'

/** A refund notice that opens with the merchant's key, whatever it says. */
function writeNotice(content: Fields): string {
  const { appid, mchId, apiKey } = DEMO_ACCOUNT
  const sealed = encryptReqInfo(
    writeXml(content, () => false, 'root'),
    apiKey,
  )
  return writeXml({ return_code: 'SUCCESS', appid, mch_id: mchId, nonce_str: 'storm', req_info: sealed })
}

function contentOf({ req_info: sealed = '' }: Fields): Fields {
  const opened = decryptReqInfo(sealed, DEMO_ACCOUNT.apiKey)
  const read = opened.ok ? readXml(Buffer.from(opened.xml), 'root') : null
  return read?.ok ? read.fields : {}
}

/** A refund notice on a wire that changes what it carries; null when the body is none, or is changed as any other is. */
export function alteredNotice(body: string, fault: string | null, { chance }: Pick<Stage, 'chance'>): string | null {
  const fields = fieldsOf(body)
  const { req_info: sealed } = fields
  if (sealed === undefined) return null
  switch (fault) {
    case 'amount tampered':
      return writeNotice({ ...contentOf(fields), refund_fee: String(chance.between(1, 99_999_999)) })
    case 'sign tampered':
      return writeXml({ ...fields, req_info: `${sealed.slice(4)}AAAA` })
    case 'sign missing':
      return writeXml({ ...fields, req_info: sealed.slice(0, chance.below(sealed.length)) })
    case 'other merchant':
      return writeXml({ ...fields, mch_id: '1900000999' })
    default:
      return null
  }
}

type Target = { number: string; id: string | null; trade: string; transaction: string; fee: number; paid: number }

/** Somebody who has the key says something better, or worse, of a refund than WeChat would; null when there is none. */
export function drawNotice({ chance, witness }: Stage): string | null {
  const [target] = witness.all<Target>(`
    select out_refund_no number, refund_id id, out_trade_no trade, transaction_id "transaction", refund_fen fee, paid_fen paid
    from refunds order by status in ('requested', 'processing') desc, created_at limit 1`)
  if (target === undefined) return null
  const says = chance.pick(['SUCCESS', 'SUCCESS', 'REFUNDCLOSE', 'CHANGE'])
  return writeNotice({
    ...{ out_refund_no: chance.happens(0.8) ? target.number : 'nobody1', refund_id: target.id ?? '5'.repeat(28) },
    ...{ out_trade_no: target.trade, transaction_id: target.transaction, refund_status: says },
    ...{ refund_fee: String(chance.happens(0.8) ? target.fee : target.fee + 1), total_fee: String(target.paid) },
    ...(says === 'SUCCESS' && { success_time: '2026-03-01 10:00:00' }),
  })
}
