import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelOrder, createOrder, openPayment } from '@/lib/shop/checkout'
import type { Channel } from '@/lib/shop/payment'
import { type Files, openFiles } from './files'
import { never, openStage, type Stage } from './stage'
import { drain, look } from './storm'
import { FAIR } from './weather'

/** Longer than a chain of answers takes on the wire. */
const MOMENT_MS = 10_000
const TIME_TO_PAY_MS = 300_000
/** How far into the trip the first crash of a pair goes, and how far into the recovery the second. */
const [FIRST_CALLS, SECOND_CALLS] = [10, 4]

/** A way through the shop. `begin` is what has happened before; every step of `walk` is one to crash at. */
type Trip = {
  name: string
  begin: (stage: Stage) => Promise<void>
  walk: (stage: Stage) => Promise<void>
  /** What its one order is in the end, wherever the shop has crashed. */
  ends: 'paid' | 'closed'
}

/** The call, counted from 1 since the trip began or the last crash, and on which side of its effect. */
type CrashPoint = { call: number; side: 'before' | 'after' }

let files: Files
beforeAll(async () => {
  files = await openFiles()
})
afterAll(() => files.close())

const order = (stage: Stage) =>
  act(stage, () =>
    stage.visit((shop) =>
      createOrder(shop, {
        items: [{ productId: 'green', quantity: 1 }],
        key: { key: 'key', fingerprint: 'one green' },
      }),
    ),
  )
const open = (stage: Stage, channel: Channel = 'native') =>
  act(stage, () =>
    stage.visit((shop) =>
      openPayment(shop, orderOf(stage), { channel, buyer: { buyerAddress: '127.0.0.1', openid: null } }),
    ),
  )
const cancel = (stage: Stage) => act(stage, () => stage.visit((shop) => cancelOrder(shop, orderOf(stage))))
const pay = (stage: Stage) => act(stage, () => stage.press(numberOf(stage)))
const wait = (stage: Stage, ms = MOMENT_MS) => stage.run(stage.agenda.now() + ms)
const ordered = async (stage: Stage) => {
  await order(stage)
  await open(stage)
}

const TRIPS: Trip[] = [
  { name: 'ordering', begin: async () => {}, walk: order, ends: 'closed' },
  { name: 'opening a payment', begin: order, walk: open, ends: 'closed' },
  { name: 'changing the channel', begin: ordered, walk: (stage) => open(stage, 'h5'), ends: 'closed' },
  { name: 'being notified', begin: ordered, walk: pay, ends: 'paid' },
  {
    name: 'asking, because no notification comes',
    begin: async (stage) => {
      await ordered(stage)
      stage.setWeather({ ...FAIR, deliveries: { 'delivery lost': 1 } })
      await stage.press(numberOf(stage))
    },
    walk: (stage) => wait(stage, 2 * MOMENT_MS),
    ends: 'paid',
  },
  { name: 'cancelling', begin: ordered, walk: cancel, ends: 'closed' },
  {
    name: 'closing after the time to pay',
    begin: async (stage) => {
      await ordered(stage)
      await wait(stage, TIME_TO_PAY_MS - 3 * MOMENT_MS)
    },
    walk: (stage) => wait(stage, 3 * MOMENT_MS),
    ends: 'closed',
  },
  {
    name: 'money that comes after the end',
    begin: async (stage) => {
      await ordered(stage)
      await cancel(stage)
      stage.witness.run("update w.trades set state = 'NOTPAY', closed_at = null")
    },
    walk: pay,
    ends: 'closed',
  },
]

test.each(TRIPS)('a crash at any step of $name loses nothing', async (trip) => {
  for (const side of ['before', 'after'] as const) {
    let call = 1
    while ((await crash(trip, [{ call, side }])) === 1) call += 1
    // Otherwise there was hardly anything to crash at.
    expect(call).toBeGreaterThan(2)
  }
})

test.each(TRIPS)('a second crash, while the shop recovers from one in $name, loses nothing either', async (trip) => {
  for (let call = 1; call <= FIRST_CALLS; call += 1) {
    const sides = ['before', 'after'] as const
    for (let second = 1; second <= SECOND_CALLS; second += 1) {
      const first: CrashPoint = { call, side: sides[second % 2] ?? 'after' }
      const crashes = await crash(trip, [first, { call: second, side: sides[call % 2] ?? 'after' }])
      if (crashes === 0) return
    }
  }
})

/** Walks a trip with a crash at each point, one after the other, and checks what is left; says how many crashes came. */
async function crash(trip: Trip, points: CrashPoint[]): Promise<number> {
  const stage = openStage(1, files)
  return stage.agenda.withTimers(async () => {
    try {
      await stage.openProcess()
      stage.openWeChat()
      await trip.begin(stage)
      const left = meddle(stage, points)
      let before: number
      do {
        before = left.length
        await trip.walk(stage)
        // Whoever was interrupted tries once more.
      } while (left.length < before)
      stage.setWeather(FAIR)
      await drain(stage)
      expect(stage.violations, JSON.stringify(points)).toEqual([])
      expect(stage.witness.rows('select status from orders'), JSON.stringify(points)).toEqual([`status=${trip.ends}`])
      return points.length - left.length
    } finally {
      stage.close()
    }
  })
}

/** From now on the shop dies at these calls through its seams, and is opened again on the same file. Gives what is left. */
function meddle(stage: Stage, points: CrashPoint[]): CrashPoint[] {
  const left = [...points]
  let calls = 0
  stage.setMeddle(async (_, effect) => {
    calls += 1
    const [next] = left
    if (next?.call !== calls) return effect()
    if (next.side === 'after') await effect()
    left.shift()
    calls = 0
    for (const process of [...stage.processes]) stage.killProcess(process)
    look(stage, 'always')
    await stage.openProcess()
    return never()
  })
  return left
}

async function act(stage: Stage, work: () => Promise<unknown>): Promise<void> {
  // Whoever is cut off sees an error page.
  work().catch(() => undefined)
  await wait(stage)
}

function orderOf({ witness }: Stage): string {
  const [found] = witness.all<{ id: string }>('select id from orders')
  return found?.id ?? 'none'
}

function numberOf({ witness }: Stage): string {
  const [found] = witness.all<{ number: string }>('select out_trade_no number from w.trades order by created_at desc')
  return found?.number ?? 'none'
}
