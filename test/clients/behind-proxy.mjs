// A program as its authors wrote it: nothing in it speaks of an emulator or of a proxy.
import { Wechatpay } from 'wechatpay-axios-plugin'

const { MCHID, APPID, API_KEY, NUMBER, MERCHANT_KEY, MERCHANT_SERIAL, PLATFORM_CERTIFICATE, PLATFORM_SERIAL } =
  process.env
const client = new Wechatpay({
  mchid: MCHID,
  secret: API_KEY,
  serial: MERCHANT_SERIAL,
  privateKey: MERCHANT_KEY,
  certs: { [PLATFORM_SERIAL]: PLATFORM_CERTIFICATE },
})
const call = async (path, fields) =>
  (await client.chain(`v2/${path}`).post({ appid: APPID, mch_id: MCHID, out_trade_no: NUMBER, ...fields })).data

await call('pay/unifiedorder', {
  body: 'Longjing',
  total_fee: '8800',
  spbill_create_ip: '127.0.0.1',
  notify_url: 'http://127.0.0.1:9/notify',
  trade_type: 'NATIVE',
  product_id: 'tea-1',
})
process.stdout.write('placed\n')
process.stdin.once('data', async () => {
  const { trade_state } = await call('pay/orderquery', {})
  // In API v3 a refund wants no certificate at the connection.
  const refund = await client.chain('v3/refund/domestic/refunds').post({
    out_trade_no: NUMBER,
    out_refund_no: `R-${NUMBER}`,
    amount: { refund: 3000, total: 8800, currency: 'CNY' },
  })
  process.stdout.write(`${trade_state} ${refund.data.status}\n`)
  process.exit(0)
})
