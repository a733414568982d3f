import type { Files } from './files'
import { check } from './invariants'
import { restock } from './operator'
import { emptyAccount, RICH_FEN } from './refunder'
import { shop } from './shopper'
import { openStage, type Stage } from './stage'
import { intrude, sellElsewhere } from './stranger'
import { genuine } from './v3'
import { drawWeather, FAIR } from './weather'

const HOUR = 3_600_000
/** Longer than WeChat repeats a notification, and than a refund's next check is ahead after the clock was a day off. */
const DRAIN_HOURS = 74
/** Many times what any storm has left to do. */
const DRAIN_STEPS_MAX = 5_000
/** Comparing all days takes about as long as the storm itself, so that some storms have to do. */
const RECONCILED_EVERY = 30
const CLOCK_JUMPS = [HOUR, -HOUR, 8 * HOUR, -8 * HOUR, 24 * HOUR, -24 * HOUR, 0]

/** In which API a storm's shop opens payments: in one, or first in v2 and from some moment on in v3. */
export const VERSIONS = ['v2', 'v3', 'switch'] as const
export type Version = (typeof VERSIONS)[number]

/** Each seed has its own. */
export const versionOf = (seed: number): Version => VERSIONS[seed % VERSIONS.length] ?? 'v2'

export type StormResult = { seed: number; violations: string[]; counts: Stage['counts'] }

/**
 * One storm: shoppers, the worker, WeChat's deliveries, strangers and trouble of every kind, all from one seed. Then the
 * trouble ends, time runs until nothing is due, and what has to hold is checked.
 */
export async function runStorm(
  seed: number,
  files: Files,
  tell?: (line: string) => void,
  version = versionOf(seed),
): Promise<StormResult> {
  const stage = await openStage(seed, files, tell)
  return stage.agenda.withTimers(async () => {
    try {
      await rage(stage, version)
      await heal(stage)
      await drain(stage)
      if (seed % RECONCILED_EVERY === 0) await reconcile(stage)
    } catch (error) {
      stage.tell(String(error instanceof Error ? error.stack : error))
      stage.violations.push(error instanceof Error ? error.message : String(error))
    } finally {
      stage.counts.steps = stage.agenda.steps()
      stage.counts.refunds = stage.witness.rows('select 1 from w.refunds').length
      stage.close()
    }
    return { seed, violations: [...new Set(stage.violations)], counts: stage.counts }
  })
}

async function rage(stage: Stage, version: Version): Promise<void> {
  const { chance } = stage
  if (version === 'v3') stage.setVersion('v3')
  if (version === 'switch') switchLater(stage)
  stage.setWeather(drawWeather(chance))
  await stage.openProcess()
  if (stage.weather().hasTwoShops) await stage.openProcess()
  stage.openWeChat()
  const { refunds, isPoor } = stage.weather()
  const faults = Object.entries(refunds).map(([name, probability]) => [name, { probability }])
  await stage.control('faults', { seed: String(chance.below(1_000)), ...Object.fromEntries(faults) }, 'PUT')
  const people = Array.from({ length: chance.between(1, 3) }, () => shop(stage))
  for (let n = stage.weather().strangers; n > 0; n -= 1) people.push(intrude(stage))
  if (chance.happens(0.1)) people.push(sellElsewhere(stage))
  if (chance.happens(0.2)) people.push(restock(stage))
  if (isPoor) people.push(emptyAccount(stage))
  let isOver = false
  Promise.all(people).then(() => {
    isOver = true
  })
  const end = stage.agenda.now() + 3 * HOUR
  while (!isOver && stage.agenda.now() < end) await stage.run(stage.agenda.now() + 5 * 60_000, () => strike(stage))
}

/** Somebody changes the setting while orders are open, and starts every process anew. */
function switchLater(stage: Stage): void {
  const { chance, agenda } = stage
  agenda.wait(chance.pick([0, 60_000, 300_000, 600_000]) + chance.below(60_000), 'API v3 is chosen').then(() => {
    stage.setVersion('v3')
    for (const process of [...stage.processes]) {
      stage.killProcess(process)
      reopen(stage, 'the shop starts with API v3', stage.openProcess)
    }
  })
}

/** Between any two steps a process may die, the clock may jump, somebody may interfere, or a checker look. */
function strike(stage: Stage): void {
  const { chance } = stage
  const { shopDies, emulatorDies, clockJumps } = stage.weather()
  if (chance.happens(shopDies) && stage.processes.size > 0) {
    stage.killProcess(chance.pick([...stage.processes]))
    look(stage, 'always')
    reopen(stage, 'the shop starts', stage.openProcess)
  }
  if (chance.happens(emulatorDies) && stage.isWeChatUp()) {
    stage.killWeChat()
    reopen(stage, 'WeChat starts', stage.openWeChat)
  }
  if (chance.happens(clockJumps)) stage.jumpClock(chance.pick(CLOCK_JUMPS))
  if (chance.happens(0.005)) look(stage, 'always')
}

/** Most programs are started again at once, some by somebody who has to wake up first. */
function reopen({ chance, agenda, pending }: Stage, what: string, open: () => unknown): void {
  pending.add(open)
  agenda.wait(chance.pick([0, 0, 2_000, 20 * 60_000]), what).then(() => {
    if (pending.delete(open)) open()
  })
}

export function look(stage: Stage, when: 'always' | 'final'): void {
  stage.counts.checks += 1
  stage.witness.now = stage.agenda.now()
  stage.violations.push(...check(stage.witness, when))
}

/** Faults end, everything that was down is up again, and there is money to refund from. */
async function heal(stage: Stage): Promise<void> {
  stage.tell('the storm is over')
  // A rule is no trouble: it goes on.
  stage.setWeather({ ...FAIR, refundsStray: stage.weather().refundsStray })
  stage.jumpClock(0)
  look(stage, 'always')
  for (const open of stage.pending) open()
  stage.pending.clear()
  await stage.control('faults', {}, 'PUT')
  await stage.control('balance', { balance: RICH_FEN }, 'PUT')
}

/** Time runs until nothing is due, and longer than WeChat repeats anything; then everything has to hold. */
export async function drain(stage: Stage): Promise<void> {
  const stepsMax = stage.agenda.steps() + DRAIN_STEPS_MAX
  await stage.run(stage.agenda.now() + DRAIN_HOURS * HOUR, () => {
    if (stage.agenda.steps() > stepsMax) throw new Error('I20 nothing waits for ever: there is no end of steps')
  })
  if (stage.isAnythingDue())
    stage.violations.push(`I20 nothing waits for ever: something is still due after ${DRAIN_HOURS} hours`)
  look(stage, 'final')
  await replay(stage)
}

/** I34: every day of the storm has its bill, and each difference with it has an end. */
async function reconcile({ reconcile: reconcileDays, witness, violations }: Stage): Promise<void> {
  await reconcileDays()
  const waiting = witness.rows("select day, kind, problem from bill_days where status = 'waiting'")
  // What another till of the merchant refunded is nobody's here: an operator says so.
  const open = witness.rows(`select day, kind, number, here, there, problem from bill_differences
    where "end" is null and not (kind = 'refunded_there' and json_extract(there, '$.outTradeNo') like 'other%till')`)
  const unbilled = witness.rows(`select t.transaction_id from w.trades t where t.paid_at is not null
    and not exists (select 1 from bill_rows r where r.number = t.out_trade_no)`)
  violations.push(...[...waiting, ...open, ...unbilled].map((it) => `I34 bills agree in the end: ${it}`))
}

/** What must not change; when money was last heard of may. */
const BOOKS = [
  '* from orders',
  '* from payments',
  'transaction_id, out_trade_no, order_id, paid_fen, outcome from transactions',
  '* from order_events',
  '* from products',
  '* from refunds',
  '* from refund_events',
]

/** I27: all genuine messages once more, in any order, change nothing; only the log may grow. */
async function replay(stage: Stage): Promise<void> {
  const { chance, witness } = stage
  const books = () => JSON.stringify(BOOKS.map((it) => witness.all(`select ${it}`)))
  const before = books()
  const bodies = witness.all<{ body: string }>('select distinct body from w.deliveries').map(({ body }) => body)
  const inAnyOrder = bodies.map((body) => ({ body, place: chance.below(1_000) })).sort((a, b) => a.place - b.place)
  for (const { body } of inAnyOrder) stage.notify(genuine(body, stage.shopNow())).catch(() => undefined)
  await stage.run(stage.agenda.now())
  if (books() !== before)
    stage.violations.push('I27 two roads, one result: genuine messages changed something when repeated')
}
