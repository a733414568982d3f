// Three libraries of npm with WeChat's address in their code, as their authors wrote them; which one is the first argument.
const { APPID: appid, MCHID: mch_id, API_KEY: partner_key, MERCHANT_P12, NUMBER: out_trade_no } = process.env
const pfx = Buffer.from(MERCHANT_P12, 'base64')
const ORDER = {
  out_trade_no,
  body: 'Longjing',
  total_fee: 8800,
  spbill_create_ip: '127.0.0.1',
  notify_url: 'http://127.0.0.1:9/notify',
  trade_type: 'NATIVE',
  product_id: 'tea-1',
}

/** Each with a promise in place of its callback. */
const LIBRARIES = {
  'weixin-pay': () => {
    const pay = require('weixin-pay')({ appid, mch_id, partner_key, pfx })
    const call = (name, fields) =>
      new Promise((resolve, reject) => {
        pay[name](fields, (error, answer) => (error ? reject(error) : resolve(answer)))
      })
    return { place: () => call('createUnifiedOrder', ORDER), query: () => call('queryOrder', { out_trade_no }) }
  },
  weixinpay: () => {
    const WeiXinPay = require('weixinpay')
    const pay = new WeiXinPay({ appid, mch_id, partner_key, pfx })
    return {
      place: () => new Promise((resolve) => pay.createUnifiedOrder(ORDER, resolve)),
      query: () => new Promise((resolve) => pay.queryOrder({ out_trade_no }, resolve)),
    }
  },
  'wechat-pay': () => {
    const { Payment } = require('wechat-pay')
    const pay = new Payment({ appId: appid, mchId: mch_id, partnerKey: partner_key, pfx, notifyUrl: ORDER.notify_url })
    const call = (name, fields) =>
      new Promise((resolve, reject) => {
        pay[name](fields, (error, answer) => (error ? reject(error) : resolve(answer)))
      })
    return { place: () => call('unifiedOrder', ORDER), query: () => call('orderQuery', { out_trade_no }) }
  },
}

async function main() {
  const library = LIBRARIES[process.argv[2]]()
  const { code_url } = await library.place()
  process.stdout.write(code_url ? 'placed\n' : 'nothing to pay\n')
  await new Promise((resolve) => process.stdin.once('data', resolve))
  const { trade_state, total_fee } = await library.query()
  process.stdout.write(`${trade_state} ${total_fee}\n`)
  process.exit(0)
}
main()
