import { encryptReqInfo } from '@/lib/wechat/v2/cipher'
import { sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'

const ACCOUNT = { appid: 'wxd930ea5d5a258f4f', mchId: '1900000109', apiKey: '192006250b4c09247ec02edce69f6a2d' }

/** The fields of a notification as WeChat sends them for a plain payment, not signed yet. */
export function notificationFields(outTradeNo: string, changes: Record<string, string> = {}): Record<string, string> {
  return {
    appid: ACCOUNT.appid,
    bank_type: 'OTHERS',
    cash_fee: '6800',
    fee_type: 'CNY',
    is_subscribe: 'N',
    mch_id: ACCOUNT.mchId,
    nonce_str: '7d2b6c2a8db53831f7eda20af46e531c',
    openid: 'oDemo_0penId-AbCdEfGhIjKlMnOp',
    out_trade_no: outTradeNo,
    result_code: 'SUCCESS',
    return_code: 'SUCCESS',
    time_end: '20260301100105',
    total_fee: '6800',
    trade_type: 'NATIVE',
    transaction_id: '4200002026202603011234567890',
    ...changes,
  }
}

/** A notification signed as WeChat signs it, or with another key. */
export function signedNotification(
  outTradeNo: string,
  changes: Record<string, string> = {},
  { key = ACCOUNT.apiKey, type = 'MD5' as 'MD5' | 'HMAC-SHA256' } = {},
): string {
  const fields = notificationFields(outTradeNo, changes)
  return writeXml({ ...fields, sign: sign(fields, key, type) })
}

/** A refund notice with this inside, encrypted as WeChat does it, or under another key. */
export function refundNotice(content: string, key = ACCOUNT.apiKey): string {
  const { appid, mchId } = ACCOUNT
  const nonce = '7d2b6c2a8db53831f7eda20af46e531c'
  const around = { return_code: 'SUCCESS', appid, mch_id: mchId, nonce_str: nonce }
  return writeXml({ ...around, req_info: encryptReqInfo(content, key) })
}
