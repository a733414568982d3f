import { expect, test } from 'vitest'
import { apiKey, appid, mchId, openWeChat } from './wechat'

type WeChat = ReturnType<typeof openWeChat>

const NUMBER = 'T20260105-0001'
const REFUND = 'R20260105-0001'
const ORDER = `/order?mch_id=${mchId}&out_trade_no=${NUMBER}`
const REFUND_PAGE = `/refund?mch_id=${mchId}&out_refund_no=${REFUND}`
const HOSTILE = '<script>alert(1)</script>\u202e'

async function openRefunded(fields: Record<string, string> = {}) {
  const wechat = openWeChat()
  await wechat.place()
  await wechat.pay(NUMBER)
  await wechat.emulator.runDue()
  await wechat.refund({ refund_fee: '3000', ...fields })
  return wechat
}

async function read(wechat: WeChat, path: string): Promise<string> {
  const response = await wechat.get(path)
  expect([path, response.status]).toEqual([path, 200])
  return response.text()
}

/** Sends a form as one of the inspector's own pages does, unless the test says otherwise. */
async function fill(wechat: WeChat, path: string, form: Record<string, string>, from = 'same-origin') {
  const request = new Request(`http://127.0.0.1:4000${path}`, {
    method: 'POST',
    headers: { 'sec-fetch-site': from },
    body: new URLSearchParams({ mch_id: mchId, ...form }),
  })
  const response = await wechat.emulator.fetch(request)
  return { status: response.status, to: response.headers.get('location') }
}

/** The refund numbers of a list from above to below. */
function listed(page: string): string[] {
  return [...page.matchAll(/<li id="refund-\d+" class="order">.*?out_refund_no=([^"]+)"/gs)].map(([, it = '']) => it)
}

test('refunds are listed newest first, and found by number, order, reason and status', async () => {
  const wechat = await openRefunded({ refund_desc: '茶罐压坏' })
  await wechat.control('refund', { out_refund_no: REFUND, outcome: 'closed' })
  await wechat.control('clock', { advanceSeconds: 60 })
  await wechat.refund({ out_refund_no: 'R-SECOND', refund_fee: '1' })
  const found = async (query: Record<string, string>) =>
    listed(await read(wechat, `/refunds?${new URLSearchParams(query)}`))
  expect(await found({})).toEqual(['R-SECOND', REFUND])
  expect(await found({ q: 'second' })).toEqual(['R-SECOND'])
  expect(await found({ q: NUMBER })).toEqual(['R-SECOND', REFUND])
  expect(await found({ q: '茶罐' })).toEqual([REFUND])
  expect(await found({ status: 'CLOSED' })).toEqual([REFUND])
  expect(await found({ status: 'SUCCESS' })).toEqual([])
  expect(await found({ status: 'nonsense', before: 'x' })).toHaveLength(2)
})

test('a long list of refunds is paged, every one of them once', async () => {
  const wechat = openWeChat()
  for (let n = 1; n <= 120; n += 1) {
    const out_trade_no = `ORDER-${n}`
    await wechat.place({ out_trade_no })
    await wechat.pay(out_trade_no)
    await wechat.refund({ out_trade_no, out_refund_no: `R-${n}` })
  }
  const seen: string[] = []
  for (let path: string | null = '/refunds'; path !== null && seen.length < 200; ) {
    const page = await read(wechat, path)
    seen.push(...listed(page))
    const next = /href="(\?[^"]*before=[^"]*)"/.exec(/<nav class="pages"(.*?)<\/nav>/s.exec(page)?.[1] ?? '')?.[1]
    path = next === undefined ? null : `/refunds${next.replaceAll('&amp;', '&')}`
  }
  expect(seen).toEqual(Array.from({ length: 120 }, (_, index) => `R-${120 - index}`))
})

test('the page of a refund tells its life in order: its calls, its end and its notices, and no others', async () => {
  const wechat = await openRefunded({ refund_desc: '茶罐压坏' })
  await wechat.query({ out_trade_no: NUMBER })
  await wechat.queryRefund({ out_refund_no: REFUND })
  await wechat.control('clock', { advanceSeconds: 5 })
  const page = await read(wechat, `${REFUND_PAGE}&lang=en`)
  expect([...page.matchAll(/<li class="step [^"]*" id="([^"]+)"/g)].map(([, id]) => id)).toEqual([
    'call-2',
    'call-4',
    'ended',
    'delivery-2',
  ])
  for (const text of ['¥30.00', '茶罐压坏', 'Refund notice 1', 'refunded', 'Send the refund notice again']) {
    expect(page).toContain(text)
  }
  expect(page).toContain(`<a href="/order?mch_id=${mchId}&amp;out_trade_no=${NUMBER}"`)
})

test('the page of a notice shows what is encrypted in it, and neither the key nor anything that does not open', async () => {
  const wechat = await openRefunded()
  await wechat.setFaults({ otherKey: 1 })
  wechat.merchant.answer = async () => new Response('no')
  await wechat.control('clock', { advanceSeconds: 20 })
  const [sealed, opened] = [await read(wechat, '/delivery?id=2&lang=en'), await read(wechat, '/delivery?id=3&lang=en')]
  expect(sealed).toContain('No key that is known here opens the encrypted part')
  expect(opened).toContain('Decrypted')
  expect(opened).toMatch(/<dt>refund_status<\/dt><dd>SUCCESS<\/dd>/)
  expect(opened).toContain(`out_refund_no=${REFUND}"`)
  for (const page of [sealed, opened]) expect(page).not.toContain(apiKey)
})

test('the buttons of a refund end it, once, and send its notice again', async () => {
  const wechat = await openRefunded()
  expect(await fill(wechat, '/refund/resend', { out_refund_no: REFUND })).toEqual({
    status: 303,
    to: `${REFUND_PAGE}&notice=not_notified`,
  })
  const processing = await read(wechat, REFUND_PAGE)
  for (const outcome of ['success', 'closed', 'abnormal']) expect(processing).toContain(`id="end-${outcome}"`)
  const end = (outcome: string) => fill(wechat, '/refund/end', { out_refund_no: REFUND, outcome })
  expect((await end('abnormal')).to).toBe(`${REFUND_PAGE}&notice=ended`)
  const abnormal = await read(wechat, `${REFUND_PAGE}&lang=en`)
  expect(abnormal).toContain('Given back by hand')
  expect(abnormal).not.toContain('end-closed')
  expect((await end('success')).to).toBe(`${REFUND_PAGE}&notice=ended`)
  expect((await end('closed')).to).toBe(`${REFUND_PAGE}&notice=refused`)
  expect(await read(wechat, REFUND_PAGE)).not.toContain('id="end-')
  expect((await fill(wechat, '/refund/resend', { out_refund_no: REFUND })).to).toBe(`${REFUND_PAGE}&notice=resent`)
  expect((await wechat.readState()).refunds).toMatchObject([{ status: 'SUCCESS' }])
  for (const notice of ['made', 'ended', 'refused', 'resent', 'not_notified']) {
    expect(await read(wechat, `${REFUND_PAGE}&notice=${notice}`)).toContain('role="status"')
  }
})

test('the page of an order lists its refunds, and refunds as the merchant console does', async () => {
  const wechat = await openRefunded()
  const before = await read(wechat, `${ORDER}&lang=en`)
  expect(before).toContain('¥58.00')
  expect(before).toContain(`/refund?mch_id=${mchId}&amp;out_refund_no=${REFUND}`)
  const refund = async (yuan: string) => (await fill(wechat, '/order/refund', { out_trade_no: NUMBER, yuan })).to
  for (const wrong of ['', '0', '0.001', '-1', '58.01', '1e1', 'all']) {
    expect([wrong, await refund(wrong)]).toEqual([wrong, `${ORDER}&notice=not_refunded`])
  }
  expect(await read(wechat, `${ORDER}&notice=not_refunded`)).toContain('message bad')
  const to = (await refund('0.8')) ?? ''
  expect(to).toContain('&notice=made')
  expect(await read(wechat, to)).toContain('¥0.80')
  expect(await refund('57.20')).toContain('&notice=made')
  expect(await read(wechat, ORDER)).not.toContain('console-refund')
  expect((await wechat.readState()).refunds.map((it) => [it.source, it.refund_fee])).toEqual([
    ['api', 3000],
    ['console', 80],
    ['console', 5720],
  ])
})

test('no form of refunds can be sent from another site, and what they name must exist', async () => {
  const wechat = await openRefunded()
  const forms: [string, Record<string, string>][] = [
    ['/order/refund', { out_trade_no: NUMBER, yuan: '1' }],
    ['/refund/end', { out_refund_no: REFUND, outcome: 'closed' }],
    ['/refund/resend', { out_refund_no: REFUND }],
  ]
  for (const [path, form] of forms) {
    expect((await fill(wechat, path, form, 'cross-site')).status).toBe(403)
    expect((await fill(wechat, path, { ...form, out_trade_no: 'NOBODY', out_refund_no: 'NOBODY' })).status).toBe(404)
  }
  expect((await fill(wechat, '/refund/end', { out_refund_no: REFUND, outcome: 'never' })).status).toBe(404)
  expect((await wechat.readState()).refunds).toMatchObject([{ status: 'PROCESSING' }])
  expect((await wechat.get('/refund?mch_id=1&out_refund_no=2')).status).toBe(404)
})

test('the page of a refund call warns of the certificate and leads to the refund', async () => {
  const wechat = await openRefunded()
  const page = await read(wechat, '/call?id=2&lang=en')
  expect(page).toContain('client certificate')
  expect(page).toContain(`/refund?mch_id=${mchId}&amp;out_refund_no=${REFUND}`)
  await wechat.refund({ out_refund_no: 'R-NEVER', refund_fee: '9000' })
  const refused = await read(wechat, '/call?id=3&lang=en')
  expect(refused).toContain('R-NEVER')
  expect(refused).not.toContain('href="/refund?')
})

test('the phone shows that a refund arrived, to whom it belongs and why, and nothing of those that did not', async () => {
  const accounts = [{ appid, mchId, apiKey, name: { zh: '山岚茶舍', en: 'Shanlan Tea' } }]
  const wechat = openWeChat({ accounts })
  await wechat.place({ body: '龙井茶' })
  await wechat.pay(NUMBER)
  await wechat.refund({ refund_fee: '3000', refund_desc: '茶罐压坏' })
  expect(await read(wechat, '/phone')).not.toContain('退款到账通知')
  await wechat.control('clock', { advanceSeconds: 60 })
  const zh = await read(wechat, '/phone?lang=zh')
  for (const text of ['退款到账通知', '30.00', '龙井茶', '山岚茶舍', '零钱', '茶罐压坏']) expect(zh).toContain(text)
  expect(await read(wechat, '/phone?lang=en')).toContain('Your refund has arrived')

  // Of a part up to one yuan the buyer does not read the reason; one that was closed never came.
  await wechat.refund({ out_refund_no: 'R-SMALL', refund_fee: '100', refund_desc: '差价' })
  await wechat.control('clock', { advanceSeconds: 60 })
  await wechat.refund({ out_refund_no: 'R-CLOSED', refund_fee: '222', refund_desc: 'closed' })
  await wechat.control('refund', { out_refund_no: 'R-CLOSED', outcome: 'closed' })
  const phone = await read(wechat, '/phone')
  expect(phone).toContain('1.00')
  expect(phone).not.toMatch(/差价|2\.22/)
})

test('a checkout that was refunded says how much came back', async () => {
  const wechat = openWeChat()
  const { prepay_id } = await wechat.place()
  await wechat.pay(NUMBER)
  await wechat.refund({ refund_fee: '3000' })
  const checkout = `/phone?prepay_id=${prepay_id}&lang=en`
  expect(await read(wechat, checkout)).not.toContain('Refunded')
  await wechat.control('clock', { advanceSeconds: 5 })
  expect(await read(wechat, checkout)).toMatch(/Refunded<\/dt><dd>¥30\.00/)
})

test('what a merchant writes into a refund stands there as text', async () => {
  const wechat = await openRefunded({ refund_desc: HOSTILE })
  await wechat.control('clock', { advanceSeconds: 5 })
  for (const path of ['/refunds', REFUND_PAGE, ORDER, '/', '/call?id=2', '/delivery?id=2', '/phone']) {
    const page = await read(wechat, path)
    expect([path, page.includes('<script>alert'), page.includes('\u202e')]).toEqual([path, false, false])
  }
})
