import { decryptReqInfo, encryptReqInfo } from '@/lib/wechat/v2/cipher'
import type { Fields } from '@/lib/wechat/v2/sign'
import { readFlatXml, readXml, writeXml } from '@/lib/wechat/v2/xml'
import { accountOf, type MerchantAccount, sandboxKey } from '../accounts'
import { newNonce } from '../chance'
import { type RefundTampering, TAMPERINGS, type Tampering } from '../fault-names'
import { chinaTime } from '../format'
import type { Protocol } from '../protocol'
import { otherEnd } from './encode'
import { RECEIVING_ACCOUNT, REFUND_FUNDS_WORDS, REFUND_STATUS_WORDS } from './refunds'

/** A notice without a signature: who has the key can write it, and who has it can read it (refund notification). */
export const writeRefund: Protocol['notifications']['writeRefund'] = ({ refund, trade }, { accounts, random }) => {
  const content: Fields = {
    out_refund_no: refund.outRefundNo,
    out_trade_no: refund.outTradeNo,
    refund_account: REFUND_FUNDS_WORDS[refund.funds],
    refund_fee: String(refund.refundFee),
    refund_id: refund.refundId,
    refund_recv_accout: RECEIVING_ACCOUNT,
    refund_request_source: refund.source === 'api' ? 'API' : 'VENDOR_PLATFORM',
    refund_status: REFUND_STATUS_WORDS[refund.status],
    settlement_refund_fee: String(refund.refundFee),
    settlement_total_fee: String(trade.totalFee),
    cash_refund_fee: String(refund.refundFee),
    ...(refund.status === 'SUCCESS' && { success_time: chinaTime(refund.endedAt) }),
    total_fee: String(trade.totalFee),
    transaction_id: trade.transactionId,
  }
  return writeNotice({
    return_code: 'SUCCESS',
    appid: trade.appid,
    mch_id: trade.mchId,
    nonce_str: newNonce(random, 32),
    req_info: encryptReqInfo(writeContent(content), accountOf(accounts, trade).apiKey),
  })
}

/** What a notice says to whoever has one of these accounts' keys; null when none opens it. */
export function openNotice(reqInfo: string, accounts: MerchantAccount[]): Fields | null {
  for (const key of accounts.flatMap((it) => [it.apiKey, sandboxKey(it)])) {
    const opened = decryptReqInfo(reqInfo, key)
    const read = opened.ok ? readFlatXml(Buffer.from(opened.xml)) : opened
    if (read.ok) return read.fields
  }
  return null
}

/** A notice of a refund that is not true, changed in one way. */
export function tamperRefund(text: string, tampering: Tampering, apiKey: string): string {
  const how = TAMPERINGS.v2.refund.find((it) => it === tampering)
  if (how === undefined) throw new Error(`a notice of a refund cannot be tampered with by ${tampering}`)
  const notice = readXml(Buffer.from(text))
  if (!notice.ok) throw new Error(`the notice is not readable: ${notice.reason}`)
  const { fields } = notice
  const opened = decryptReqInfo(fields.req_info ?? '', apiKey)
  if (!opened.ok) throw new Error(`the notice does not open: ${opened.reason}`)
  return TAMPERERS[how]({ text, fields, sealed: fields.req_info ?? '', content: opened.xml, apiKey })
}

type Genuine = { text: string; fields: Fields; sealed: string; content: string; apiKey: string }

const TAMPERERS: Record<RefundTampering, (genuine: Genuine) => string> = {
  /** One fen less than was refunded, encrypted as it should be. */
  tamperAmount: ({ fields, content, apiKey }) => {
    const read = readFlatXml(Buffer.from(content))
    if (!read.ok) throw new Error(`the content of the notice is not readable: ${read.reason}`)
    const amount = String(Number(read.fields.refund_fee) - 1)
    const other = { ...read.fields, refund_fee: amount, settlement_refund_fee: amount, cash_refund_fee: amount }
    return writeNotice({ ...fields, req_info: encryptReqInfo(writeContent(other), apiKey) })
  },
  /** There is no signature to change, so a character of what stands for one. */
  tamperSignature: ({ fields, sealed }) => {
    const middle = Math.floor(sealed.length / 2)
    const other = sealed[middle] === 'A' ? 'B' : 'A'
    return writeNotice({ ...fields, req_info: `${sealed.slice(0, middle)}${other}${sealed.slice(middle + 1)}` })
  },
  otherMerchant: ({ fields }) => writeNotice({ ...fields, mch_id: otherEnd(fields.mch_id ?? '') }),
  truncate: ({ text }) => text.slice(0, text.length / 2),
  doctype: ({ text }) => `<!DOCTYPE xml [<!ENTITY host SYSTEM "file:///etc/hostname">]>\n${text}`,
  otherKey: ({ fields, content, apiKey }) =>
    writeNotice({ ...fields, req_info: encryptReqInfo(content, otherEnd(apiKey)) }),
  truncateEncrypted: ({ fields, sealed }) => writeNotice({ ...fields, req_info: sealed.slice(0, sealed.length / 2) }),
}

/** Recordings have everything in CDATA here, amounts too. */
const writeNotice = (fields: Fields) => writeXml(fields, () => false)
const writeContent = (fields: Fields) => writeXml(fields, () => false, 'root')
