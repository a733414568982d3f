const LOCALES = ['zh', 'en'] as const
export type Locale = (typeof LOCALES)[number]
export type Words = typeof zh

const zh = {
  lang: 'zh-CN',
  other: { locale: 'en', name: 'English' },
  caption: '这是买家的手机',
  captionText: '模拟器扮演微信支付：这里的付款不会动用真实的钱。',
  inspector: '查看所有请求与通知',
  wallet: '支付',
  waiting: '待付款',
  nothingWaiting: '没有待付款的订单',
  nothingWaitingText: '在商店下单后，订单会出现在这里。',
  openedByApp: '由商家的应用打开',
  openedByPage: '由微信内的页面打开',
  refresh: '刷新',
  scan: '扫一扫',
  scanLabel: '粘贴二维码内容',
  scanButton: '识别',
  back: '返回',
  payTo: (merchant: string) => `付款给 ${merchant}`,
  merchant: (mchId: string) => `商户 ${mchId}`,
  goods: '商品',
  number: '商户单号',
  kind: '支付方式',
  method: '付款方式',
  balance: '零钱',
  until: '付款截止',
  paidAt: '支付时间',
  transaction: '交易单号',
  pay: '立即支付',
  notEnough: '余额不足',
  cancel: '取消支付',
  news: '支付通知',
  notificationsInOrder: '正常送达',
  notificationFaults: {
    lost: '第一次丢失',
    never: '永远收不到',
    twice: '送达两次',
    late: '迟到 20 秒',
    wrong_amount: '金额被改',
    wrong_signature: '签名有误',
  },
  cancelled: '已取消，订单仍可支付',
  notEnoughText: '零钱余额不足，未扣款。订单仍可支付。',
  paid: '支付成功',
  done: '完成',
  toMerchant: '返回商家',
  expired: '订单已过期',
  expiredText: '付款时间已过，请回到商家重新下单。',
  closed: '订单已关闭',
  closedText: '商家已关闭该订单，无法付款。',
  unknown: '无法识别的二维码',
  unknownText: '这不是本模拟器发出的付款码。',
  unreadable: '手机收到的内容无法识别',
  unreadableText: '应是应用或微信内页面交给手机的那组参数。',
  notAuthorized: '无法确认身份',
  notAuthorizedText: '授权请求不完整，或回调地址不被允许。',
  received: '手机收到的参数有误',
  receivedText: '微信不会用这组参数打开收银台。',
  receivedFields: '收到的参数',
  signedText: '被签名的原文',
  reasons: {
    missing: '缺少这个参数',
    unexpected: '不应有这个参数',
    other_spelling: '大小写写法不对',
    not_text: '必须是字符串',
    not_ten_digits: '必须是十位数字的秒数',
    wrong_package: '固定值或格式不对',
    unknown_prepay: '从未发出过这个预支付标识',
    old_prepay: '预支付标识已过期',
    other_trade_type: '这个预支付标识属于另一种支付方式',
    other_account: '不是这个商户的值',
    other_sign_type: '与下单时的签名方式不同',
    camel_case_signed: '签名用了驼峰写法的参数名，应用支付的参数名一律小写',
    lower_case_signed: '签名用了小写参数名，这里的参数名带大写字母',
    sign_type_signed: '签名里多了 signType',
    sign_type_not_signed: '签名里少了 signType',
    signed_with_other_type: '签名方式与下单时不同',
    wrong_signature: '签名不对：密钥、参数值或顺序有误',
  },
  linkOpens: '正在打开微信支付',
  linkOpensText: '手机浏览器会在这里转到微信。',
  openCashier: '打开收银台',
  linkExpired: '支付请求已失效，请重新发起支付',
  linkBroken: '商家参数格式有误，请联系商家解决',
}

const en: Words = {
  lang: 'en',
  other: { locale: 'zh', name: '中文' },
  caption: 'This is the buyer’s phone',
  captionText: 'The emulator plays WeChat Pay: no real money moves here.',
  inspector: 'See all calls and notifications',
  wallet: 'Pay',
  waiting: 'Waiting to be paid',
  nothingWaiting: 'Nothing to pay',
  nothingWaitingText: 'Orders placed in the shop appear here.',
  openedByApp: 'Opened by the merchant’s app',
  openedByPage: 'Opened by its page inside WeChat',
  refresh: 'Refresh',
  scan: 'Scan',
  scanLabel: 'Paste what the QR code says',
  scanButton: 'Open',
  back: 'Back',
  payTo: (merchant) => `Pay to ${merchant}`,
  merchant: (mchId) => `Merchant ${mchId}`,
  goods: 'Goods',
  number: 'Order number',
  kind: 'Channel',
  method: 'Pay with',
  balance: 'Balance',
  until: 'Pay before',
  paidAt: 'Paid at',
  transaction: 'Transaction',
  pay: 'Pay now',
  notEnough: 'Not enough money',
  cancel: 'Cancel',
  news: 'Notification',
  notificationsInOrder: 'arrives as it should',
  notificationFaults: {
    lost: 'is lost the first time',
    never: 'never arrives',
    twice: 'arrives twice',
    late: 'is 20 seconds late',
    wrong_amount: 'names another amount',
    wrong_signature: 'is signed wrongly',
  },
  cancelled: 'Cancelled. The order can still be paid.',
  notEnoughText: 'Your balance is too low, nothing was taken. The order can still be paid.',
  paid: 'Payment successful',
  done: 'Done',
  toMerchant: 'Back to the merchant',
  expired: 'Too late',
  expiredText: 'The time to pay is over. Please order again at the merchant.',
  closed: 'Order closed',
  closedText: 'The merchant closed this order. It cannot be paid.',
  unknown: 'Unknown code',
  unknownText: 'This emulator never gave out that payment code.',
  unreadable: 'The phone cannot read this',
  unreadableText: 'Expected is the set that an app, or a page inside WeChat, hands to the phone.',
  notAuthorized: 'Nobody can be identified',
  notAuthorizedText: 'The authorization request is incomplete, or its way back is not allowed.',
  received: 'What the phone received is wrong',
  receivedText: 'WeChat would not open the cashier with this set.',
  receivedFields: 'Received',
  signedText: 'Text that was signed',
  reasons: {
    missing: 'is missing',
    unexpected: 'does not belong here',
    other_spelling: 'is spelled with other capitals than it has to be',
    not_text: 'must be text',
    not_ten_digits: 'must be the seconds as ten digits',
    wrong_package: 'does not have the fixed form',
    unknown_prepay: 'was never given out',
    old_prepay: 'has expired',
    other_trade_type: 'belongs to another channel',
    other_account: 'is not this merchant’s',
    other_sign_type: 'differs from the type of the order request',
    camel_case_signed: 'was made over camelCase names; an app’s names are all lower case',
    lower_case_signed: 'was made over lower-case names; these have capitals',
    sign_type_signed: 'was made with signType, which does not belong to an app’s set',
    sign_type_not_signed: 'was made without signType, which belongs to it',
    signed_with_other_type: 'was made with another type than the order request',
    wrong_signature: 'is wrong: key, values or order differ',
  },
  linkOpens: 'Opening WeChat Pay',
  linkOpensText: 'Here a phone’s browser moves over to WeChat.',
  openCashier: 'Open the cashier',
  linkExpired: 'This payment link has expired. Please start the payment again.',
  linkBroken: 'The link was altered. Please contact the merchant.',
}

export const WORDS: Record<Locale, Words> = { zh, en }

/** The language a page is asked for: its address, else the cookie `locale`, else what the browser prefers, else Chinese. */
export function localeOf(request: Request): Locale {
  const asked = new URL(request.url).searchParams.get('lang')
  const cookie = /(?:^|;\s*)locale=([a-z]+)/.exec(request.headers.get('cookie') ?? '')?.[1]
  return findLocale(asked) ?? findLocale(cookie) ?? preferred(request.headers.get('accept-language') ?? '') ?? 'zh'
}

export function findLocale(text: string | null | undefined): Locale | undefined {
  return LOCALES.find((locale) => text === locale)
}

function preferred(acceptLanguage: string): Locale | undefined {
  const wishes = acceptLanguage.split(',').map((part) => {
    const [tag = '', ...parameters] = part.trim().toLowerCase().split(';')
    const weight = Number(parameters.find((it) => it.trim().startsWith('q='))?.split('=')[1] ?? 1)
    return { locale: findLocale(tag.split('-')[0]), weight }
  })
  return wishes
    .filter((it) => it.weight > 0)
    .sort((a, b) => b.weight - a.weight)
    .find((it) => it.locale)?.locale
}

/** Fen as yuan with two decimals. */
export function yuan(fen: number): string {
  return `${Math.floor(fen / 100)}.${String(fen % 100).padStart(2, '0')}`
}

/** A moment as the phone shows it: Chinese time, whatever the machine's. */
export function moment(at: number): string {
  return new Intl.DateTimeFormat('sv-SE', {
    timeZone: 'Asia/Shanghai',
    dateStyle: 'short',
    timeStyle: 'medium',
  }).format(at)
}
