import { bodyOf, type FieldRule, pathOf, queryOf } from './rules'
import { ADDRESS, FEN, listOf, NOTIFY_URL, NUMBER, oneOf, REFUND_NUMBER, RFC3339 } from './value-formats'

// The parameter tables of the documentation (place an order, query, close, refund), with the names that WeChat's texts give them.

const ORDER: FieldRule[] = bodyOf(
  ['/appid', '公众账号ID', 'string', 'yes', 32],
  ['/mchid', '商户号', 'string', 'yes', 32],
  ['/description', '商品描述', 'string', 'yes', 127],
  ['/out_trade_no', '商户订单号', 'string', 'yes', 32, NUMBER],
  ['/time_expire', '支付结束时间', 'string', 'no', 64, RFC3339],
  ['/attach', '商户数据包', 'string', 'no', 128],
  ['/notify_url', '商户回调地址', 'string', 'yes', 255, NOTIFY_URL],
  ['/goods_tag', '订单优惠标记', 'string', 'no', 32],
  ['/support_fapiao', '电子发票入口开放标识', 'boolean', 'no'],
  ['/limit_pay', '指定支付方式', 'array', 'no', 255, listOf('no_balance', 'no_credit', 'no_debit', 'balance_only')],
  ['/amount', '订单金额', 'object', 'yes'],
  ['/amount/total', '总金额', 'integer', 'yes', undefined, FEN],
  ['/amount/currency', '货币类型', 'string', 'no', 16, oneOf('CNY')],
  ['/detail', '优惠功能', 'object', 'no', 6144],
  ['/detail/cost_price', '订单原价', 'integer', 'no'],
  ['/detail/invoice_id', '商品小票ID', 'string', 'no', 32],
  ['/detail/goods_detail', '单品列表', 'array', 'no'],
  ['/scene_info', '场景信息', 'object', 'no'],
  ['/scene_info/payer_client_ip', '用户终端IP', 'string', 'yes', 45, ADDRESS],
  ['/scene_info/device_id', '商户端设备号', 'string', 'no', 32],
  ['/scene_info/store_info', '商户门店信息', 'object', 'no'],
  ['/scene_info/store_info/id', '门店编号', 'string', 'yes', 32],
  ['/scene_info/store_info/name', '门店名称', 'string', 'no', 256],
  ['/scene_info/store_info/area_code', '地区编码', 'string', 'no', 32],
  ['/scene_info/store_info/address', '详细地址', 'string', 'no', 512],
  ['/settle_info', '结算信息', 'object', 'no'],
  ['/settle_info/profit_sharing', '是否指定分账', 'boolean', 'no'],
)

/** What each kind of order asks for besides. */
export const ORDER_TABLES = {
  NATIVE: ORDER,
  APP: ORDER,
  MWEB: [
    ...ORDER,
    ...bodyOf(
      ['/scene_info', '场景信息', 'object', 'yes'],
      ['/scene_info/h5_info', 'H5场景信息', 'object', 'yes'],
      ['/scene_info/h5_info/type', '场景类型', 'string', 'yes', 32, oneOf('Wap', 'iOS', 'Android')],
      ['/scene_info/h5_info/app_name', '应用名称', 'string', 'no', 64],
      ['/scene_info/h5_info/app_url', '网站URL', 'string', 'no', 128],
      ['/scene_info/h5_info/bundle_id', 'iOS平台BundleID', 'string', 'no', 128],
      ['/scene_info/h5_info/package_name', 'Android平台PackageName', 'string', 'no', 128],
    ),
  ],
  JSAPI: [
    ...ORDER,
    ...bodyOf(['/payer', '支付者信息', 'object', 'yes'], ['/payer/openid', '用户标识', 'string', 'yes', 128]),
  ],
}

const MCHID = queryOf('mchid', '商户号', 32)

export const QUERY_BY_NUMBER = [pathOf('out_trade_no', '商户订单号', 32), MCHID]
export const QUERY_BY_TRANSACTION = [pathOf('transaction_id', '微信支付订单号', 32), MCHID]

export const CLOSE = [pathOf('out_trade_no', '商户订单号', 32), ...bodyOf(['/mchid', '商户号', 'string', 'yes', 32])]

export const TRADE_BILL = [queryOf('bill_date', '账单日期', 10)]
export const FUND_FLOW_BILL = [queryOf('bill_date', '账单日期', 10)]
export const BILL_FILE = [queryOf('token', '下载令牌', 128)]

/** One of the two numbers of the order is asked for in code: a table has no either-or. */
export const REFUND = bodyOf(
  ['/transaction_id', '微信支付订单号', 'string', 'no', 32],
  ['/out_trade_no', '商户订单号', 'string', 'no', 32],
  ['/out_refund_no', '商户退款单号', 'string', 'yes', 64, REFUND_NUMBER],
  ['/reason', '退款原因', 'string', 'no', 80],
  ['/notify_url', '退款结果回调url', 'string', 'no', 256, NOTIFY_URL],
  ['/funds_account', '退款资金来源', 'string', 'no', 32, oneOf('AVAILABLE', 'UNSETTLED')],
  ['/amount', '金额信息', 'object', 'yes'],
  ['/amount/refund', '退款金额', 'integer', 'yes', undefined, FEN],
  ['/amount/total', '原订单金额', 'integer', 'yes', undefined, FEN],
  ['/amount/currency', '退款币种', 'string', 'yes', 16, oneOf('CNY')],
  ['/amount/from', '退款出资账户及金额', 'array', 'no'],
  ['/goods_detail', '退款商品', 'array', 'no'],
)

export const REFUND_QUERY = [pathOf('out_refund_no', '商户退款单号', 64)]

export const ABNORMAL_REFUND = [
  pathOf('refund_id', '微信支付退款单号', 32),
  ...bodyOf(
    ['/out_refund_no', '商户退款单号', 'string', 'yes', 64],
    ['/type', '异常退款处理方式', 'string', 'yes', 32, oneOf('USER_BANK_CARD', 'MERCHANT_BANK_CARD')],
    ['/bank_type', '开户银行', 'string', 'no', 16],
    ['/bank_account', '收款银行卡号', 'string', 'no', 1024],
    ['/real_name', '收款用户姓名', 'string', 'no', 1024],
  ),
]
