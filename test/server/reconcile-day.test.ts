import { expect, test } from 'vitest'
import { HELP, readArguments, reconcileDay, whyNoBill } from '@/lib/server/reconcile-day'
import { beginOf } from '@/lib/shop/beijing'
import { openWorld } from '../world'

test('a day is told by one date, and each mistake in it has its own words', () => {
  expect(readArguments(['--date', '2026-01-05'])).toEqual({ day: '2026-01-05' })
  expect(readArguments(['--date=2028-02-29'])).toEqual({ day: '2028-02-29' })
  expect([readArguments(['--help']), readArguments(['-h', '--date', 'x'])]).toEqual(['help', 'help'])
  expect(HELP).toContain('npm run reconcile -- --date 2026-01-05')
})

test.each([
  [[], 'Say which day'],
  [['--date'], 'argument missing'],
  [['--date', '--help'], 'ambiguous'],
  [['--date='], '"" is no day'],
  [['--date', '2026-1-5'], '"2026-1-5" is no day'],
  [['--date', '2026-02-30'], 'is no day'],
  [['--date', '20260105'], 'is no day'],
  [['--date', '2026-01-05T00:00:00Z'], 'is no day'],
  [['--date', '٢٠٢٦-٠١-٠٥'], 'is no day'],
  [['--date', "2026-01-05'; drop table orders; --"], 'is no day'],
  [['--date', '../../etc/passwd'], 'is no day'],
  [['--date', '2026-01-05', '--date', '2026-01-06'], 'more than once'],
  [['--date', '2026-01-05', 'now'], '"now" has no meaning here'],
  [['2026-01-05'], '"2026-01-05" has no meaning here'],
  [['--day', '2026-01-05'], "Unknown option '--day'"],
  [['--date', '\x1b]0;owned\x07'], '"\\x1b]0;owned\\x07" is no day'],
  [['--\x1b[2J'], 'Unknown option'],
  [['--date', 'x'.repeat(100_000)], 'is no day'],
])('%j is no day to compare, and says why', (args, word) => {
  const read = readArguments(args)
  const mistake = typeof read === 'object' && 'mistake' in read ? read.mistake : ''
  expect(mistake).toContain(word)
  expect(mistake.length).toBeLessThan(300)
  expect(mistake).toMatch(/^[^\p{C}]*$/u)
})

test('a day that WeChat has no bill of is refused with the reason, by the clock of Beijing', () => {
  // Half past midnight there, and still the day before in London.
  const shop = { now: () => Date.UTC(2026, 2, 9, 16, 30) }
  expect(whyNoBill(shop, '2026-03-09', true)).toBeNull()
  expect(whyNoBill(shop, '2026-03-10', true)).toContain('2026-03-10 is not over: in Beijing it is 2026-03-10')
  expect(whyNoBill(shop, '2026-03-11', false)).toBeNull()
  expect(whyNoBill(shop, '9999-12-31', false)).toContain('not over')
  expect(whyNoBill(shop, '2025-12-10', true)).toBeNull()
  expect(whyNoBill(shop, '2025-12-09', true)).toContain(
    'too long ago: WeChat has the bills of 90 days, from 2025-12-10 on',
  )
})

test('a day is fetched and compared by hand, says what it comes to and what is open, and is written down', async () => {
  const world = await openWorld()
  const { payment } = await world.order()
  await world.phone.pay(payment.outTradeNo)
  await world.advance(2_000)
  world.sleep(beginOf('2026-03-02') + 11 * 3600_000 - world.now())
  const run = async () => {
    const lines: string[] = []
    return { agrees: await reconcileDay(world.shop, '2026-03-01', (line) => lines.push(line)), lines }
  }
  expect(await run()).toEqual({
    agrees: true,
    lines: [
      'trade: compared, 1 payments 68.00, 0 refunds 0.00, fees 0.41, net 67.59',
      'fund_flow: compared, 2 lines, income 68.00, expense 0.41',
    ],
  })
  await world.control('faults', { billRowMissing: 1 }, 'PUT')
  world.sleep(1_000)
  expect(await run()).toEqual({
    agrees: false,
    lines: [
      'trade: compared, 0 payments 0.00, 0 refunds 0.00, fees 0.00, net 0.00',
      'fund_flow: compared, 2 lines, income 68.00, expense 0.41',
      `open: missing_there payment ${payment.outTradeNo}`,
      `open: flow_unknown payment ${payment.outTradeNo}`,
    ],
  })
  await world.control('faults', { billWrongSummary: 1 }, 'PUT')
  world.sleep(1_000)
  const wrong = await run()
  expect([wrong.agrees, wrong.lines[0]]).toEqual([false, 'trade: summary_differs in line 4'])
  world.sleep(1_000)
  expect((await run()).agrees).toBe(true)
  const filter = { action: null, email: null, orderId: null }
  const entries = await world.shop.store.listAudit({ filter, before: null, limit: 99 })
  expect(new Set(entries.map(({ action, actor }) => `${action} by ${actor.email}`))).toEqual(
    new Set(['bill_fetched by npm run reconcile']),
  )
  await world.close()
})
