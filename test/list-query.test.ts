import { expect, test } from 'vitest'
import { listPath, readListQuery } from '@/app/admin/notifications/list-query'
import { EVERY_NOTIFICATION } from '@/lib/shop/notification'

test('the list’s address is read in Beijing’s time wherever the server stands, and written as it was read', () => {
  const address = {
    verdict: 'applied',
    number: ' N1 ',
    from: '2026-03-01T10:00',
    until: '2026-03-01T10:00:30',
    text: 'a&b',
  }
  const zone = process.env.TZ
  for (const TZ of ['America/New_York', 'Asia/Shanghai', 'UTC']) {
    process.env.TZ = TZ
    const { filter, after, ignored } = readListQuery({ ...address, attention: '1', after: '5.7' })
    expect(filter).toMatchObject({ from: Date.UTC(2026, 2, 1, 2), until: Date.UTC(2026, 2, 1, 2, 0, 30), number: 'N1' })
    expect([filter.isUnresolved, after, ignored]).toEqual([true, { at: 5, id: 7 }, []])
    const { searchParams } = new URL(listPath(filter, after), 'http://shop.invalid')
    expect(readListQuery(Object.fromEntries(searchParams))).toEqual({ filter, after, ignored })
  }
  if (zone === undefined) delete process.env.TZ
  else process.env.TZ = zone
})

test('what an address says wrongly is left out and named', () => {
  const crafted = {
    verdict: ['paid', 'applied'],
    number: 'x'.repeat(65),
    from: '2026-02-30T10:00',
    until: '0',
    text: 'y'.repeat(201),
    attention: 'yes',
    after: "1.1' or 1=1",
    unknown: 'z',
  }
  const { filter, after, ignored } = readListQuery(crafted)
  expect([filter, after]).toEqual([EVERY_NOTIFICATION, null])
  expect(ignored.sort()).toEqual(['after', 'attention', 'from', 'number', 'text', 'until', 'verdict'])
  expect(readListQuery({ verdict: '', number: '', from: '', until: '', text: '' }).ignored).toEqual([])
})
