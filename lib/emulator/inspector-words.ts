import type { Locale } from './words'

export type InspectorWords = typeof zh

const zh = {
  inspectorTitle: '微信支付模拟器',
  inspectorText: '收到的请求、被签名的原文（密钥已遮盖）、交易，以及每一次通知和回复。',
  toPhone: '打开买家的手机',
  now: '模拟时间',
  calls: '最近的请求',
  trades: '交易',
  deliveries: '通知',
  none: '暂无',
  attempt: '次数',
  reply: '回复',
  signedText: '被签名的原文',
  request: '请求',
  answer: '应答',
  sent: '发出的通知',
}

const en: InspectorWords = {
  inspectorTitle: 'WeChat Pay emulator',
  inspectorText:
    'Calls received, the text that was signed (key masked), trades, and every notification with its reply.',
  toPhone: 'Open the buyer’s phone',
  now: 'Virtual time',
  calls: 'Recent calls',
  trades: 'Trades',
  deliveries: 'Notifications',
  none: 'Nothing yet',
  attempt: 'Attempt',
  reply: 'Reply',
  signedText: 'Text that was signed',
  request: 'Request',
  answer: 'Answer',
  sent: 'Notification sent',
}

/** The texts of the inspector. */
export const INSPECTOR_WORDS: Record<Locale, InspectorWords> = { zh, en }
