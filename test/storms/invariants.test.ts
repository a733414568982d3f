import { afterAll, beforeAll, expect, test } from 'vitest'
import { cancelOrder, createOrder, openPayment } from '@/lib/shop/checkout'
import { declineRefund, refundOrder, requestRefund } from '@/lib/shop/refunds'
import { writeXml } from '@/lib/wechat/v2/xml'
import { type Files, openFiles } from './files'
import { check, INVARIANTS } from './invariants'
import { keepSecret } from './messages'
import { ACTOR } from './operator'
import { openStage, type Stage } from './stage'
import { drain } from './storm'

let files: Files
beforeAll(async () => {
  files = await openFiles()
  // What is planted here, the tables themselves would refuse.
  files.db.pragma('ignore_check_constraints = on')
})
afterAll(() => files.close())

const FORGED = writeXml({ return_code: 'SUCCESS', out_trade_no: 'none', total_fee: '1', sign: 'wrong' })

/** Opens a world with a paid order, of which one piece was refunded, a closed one and a forgery, in which nothing is due and everything holds. */
async function inQuietWorld<T>(look: (stage: Stage) => T): Promise<T> {
  const stage = await openStage(1, files)
  return stage.agenda.withTimers(async () => {
    try {
      await stage.openProcess()
      stage.openWeChat()
      await order(stage, 2)
      const [{ number } = { number: '' }] = stage.witness.all<{ number: string }>(
        'select out_trade_no number from payments',
      )
      await stage.press(number)
      await refund(stage)
      await order(stage, 1)
      await act(stage, () => stage.visit((shop) => cancelOrder(shop, newestOrder(stage))))
      keepSecret(stage.journal, FORGED)
      await act(stage, () => stage.notify(FORGED))
      await drain(stage)
      return look(stage)
    } finally {
      stage.close()
    }
  })
}

/** One piece comes back; that the buyer wants the money for the other one too is declined. */
async function refund(stage: Stage): Promise<void> {
  const lines = [{ productId: 'green', quantity: 1 }]
  const wanted = { amountFen: 1_001, lines, reason: 'broken', returnsStock: true }
  const id = newestOrder(stage)
  // The notification of the payment comes first.
  await act(stage, async () => {})
  await act(stage, () => stage.visit((shop) => refundOrder(shop, id, wanted, ACTOR)))
  await act(stage, () => stage.visit((shop) => requestRefund(shop, id, { reason: 'bitter' })))
  const [wish] = stage.witness.all<{ number: string }>(
    "select out_refund_no number from refunds where source = 'buyer'",
  )
  await act(stage, () => stage.visit((shop) => declineRefund(shop, wish?.number ?? '', 'it is drunk', ACTOR)))
}

async function order(stage: Stage, quantity: number): Promise<void> {
  const items = [{ productId: 'green', quantity }]
  await act(stage, () => stage.visit((shop) => createOrder(shop, { items })))
  const request = { channel: 'native', buyer: { buyerAddress: '127.0.0.1', openid: null } } as const
  await act(stage, () => stage.visit((shop) => openPayment(shop, newestOrder(stage), request)))
}

async function act(stage: Stage, work: () => Promise<unknown>): Promise<void> {
  const done = work()
  await stage.run(stage.agenda.now() + 4_000)
  await done
}

function newestOrder({ witness }: Stage): string {
  return witness.all<{ id: string }>('select id from orders order by created_at desc')[0]?.id ?? ''
}

/** Puts a row once more into a table, with some columns changed. */
function copyRow({ witness }: Stage, table: string, where: string, changes: Record<string, string>): void {
  const columns = witness
    .all<{ name: string }>(`select name from pragma_table_info('${table}', 'w')`)
    .map(({ name }) => name)
  const values = columns.map((name) => changes[name] ?? `"${name}"`)
  const names = columns.map((name) => `"${name}"`)
  witness.run(`insert into w.${table} (${names}) select ${values} from w.${table} where ${where} limit 1`)
}

const sql = (text: string) => (stage: Stage) => void stage.witness.run(text)

/** For each invariant something that must never be, written past everybody. */
const PLANTS: [id: string, plant: (stage: Stage) => void][] = Object.entries({
  I1: sql("update w.trades set state = 'NOTPAY' where state = 'REFUND'"),
  I2: sql("update w.trades set state = 'SUCCESS', transaction_id = '42', paid_at = created_at where state = 'CLOSED'"),
  I3: (stage) => copyRow(stage, 'deliveries', "outcome = 'accepted'", { id: 'id + 100', body_sha256: "'lost'" }),
  I4: sql("update notifications set times = times + 1 where reply = 'retry'"),
  I5: sql(`update notifications set headers = '{"edited":"yes"}' where verdict = 'applied'`),
  I6: sql(`
    update notifications set verdict = null, reply = null, concluded_at = null where reply = 'retry'`),
  I7: sql("update order_events set cause_id = '999' where cause_kind = 'notification'"),
  I8: sql("update transactions set order_id = (select id from orders where status = 'closed')"),
  I9: sql(`update order_events set version = 5 where "to" = 'closed'`),
  I10: (stage) => {
    stage.witness.run("update orders set version = 3 where status = 'paid'")
    stage.witness.run(`
      insert into order_events (order_id, version, "from", "to", cause_kind, cause_id, at)
      select id, 3, 'paid', 'paid', 'worker', id, paid_at from orders where status = 'paid'`)
  },
  I11: sql("update products set stock = -1, stock_initial = stock_initial - stock - 1 where id = 'green'"),
  I12: sql("update products set stock = stock + 1 where id = 'green'"),
  I13: sql("update w.trades set state = 'NOTPAY', closed_at = null where state = 'CLOSED'"),
  I14: (stage) =>
    copyRow(stage, 'requests', "path = '/pay/unifiedorder'", {
      seq: 'seq + 100',
      body: "cast(replace(cast(body as text), 'NATIVE', 'APP') as blob)",
    }),
  I15: (stage) => copyRow(stage, 'trades', "state = 'CLOSED'", { out_trade_no: "'orphan'" }),
  I16: sql("update order_items set quantity = 2 where order_id = (select id from orders where status = 'closed')"),
  I17: ({ journal }) => void journal.orders.set('key', new Set(['one order', 'another'])),
  I18: sql('update transactions set paid_fen = paid_fen + 1'),
  I19: (stage) =>
    copyRow(stage, 'requests', "path = '/secapi/pay/refund'", {
      seq: 'seq + 100',
      body: "cast(replace(cast(body as text), '1001', '1') as blob)",
    }),
  I29: sql("update orders set buyer = 'ann' where status = 'closed'"),
  I20: sql("update payments set next_check_at = created_at where status = 'closed'"),
  I21: sql("update products set price_fen = 10.5 where id = 'black'"),
  I22: sql("update orders set expires_at = 5 where status = 'closed'"),
  I23: (stage) => {
    const [right = ''] = stage.journal.secrets
    stage.witness.run(`update notifications set signed_text = '${right}' where reply = 'retry'`)
  },
  I24: sql("update notifications set order_id = 'nobody' where reply = 'retry'"),
  I25: ({ journal }) => void journal.late.push('6000 ms'),
  I30: (stage) =>
    copyRow(stage, 'refunds', 'true', {
      out_refund_no: "(select out_refund_no from refunds where status = 'declined')",
      ...{ refund_id: "'42'", status: "'CLOSED'" },
    }),
  I31: sql("update refunds set paid_fen = 1 where status = 'succeeded'"),
  I32: sql(`update refund_events set version = 7 where "to" = 'declined'`),
  I33: sql("update refund_events set cause_id = '999' where what = 'made' and cause_kind = 'admin'"),
})

/** The same invariants in what they say of refunds alone. */
const MORE_PLANTS: typeof PLANTS = [
  [
    'I3',
    (stage) => copyRow(stage, 'deliveries', 'out_refund_no is not null', { id: 'id + 100', body_sha256: "'lost'" }),
  ],
  ['I7', sql("update refund_events set cause_kind = 'notification', cause_id = '999' where what = 'accepted'")],
  ['I12', sql("update refunds set returns_stock = 0 where status = 'succeeded'")],
  [
    'I18',
    (stage) =>
      copyRow(stage, 'refunds', 'true', {
        ...{ out_refund_no: "'console1'", refund_id: "'42'", source: "'console'", refund_fee: '1' },
      }),
  ],
  ['I19', ({ journal }) => void journal.earlyRefunds.push('T1 was asked for before it was written down')],
  ['I19', sql("update w.requests set out_refund_no = 'nobody1' where path = '/secapi/pay/refund'")],
  ['I20', sql("update refunds set next_check_at = created_at where status = 'succeeded'")],
  ['I22', sql("update refunds set ended_at = ended_at + 1000 where status = 'succeeded'")],
  ['I31', sql("update refunds set approved_at = created_at where status = 'declined'")],
  ['I33', sql("update refund_events set cause_id = '1' where what = 'declined'")],
]

test('a quiet world has a refunded order, a closed one and a forgery, and everything holds', async () => {
  await inQuietWorld(({ violations, witness }) => {
    expect(violations).toEqual([])
    expect(witness.rows('select status from orders order by status')).toEqual(['status=closed', 'status=paid'])
    expect(witness.rows('select status from refunds order by status')).toEqual(['status=declined', 'status=succeeded'])
    expect(witness.rows("select times from notifications where reply = 'retry'")).toHaveLength(1)
  })
})

test('there is something planted for each invariant', () => {
  expect(PLANTS.map(([id]) => id).sort()).toEqual(INVARIANTS.map(({ id }) => id).sort())
})

const SAID = new Map(INVARIANTS.map(({ id, says }) => [String(id), says]))

test.each([...PLANTS, ...MORE_PLANTS].map(([id, plant]) => ({ id, says: SAID.get(id), plant })))(
  '$id: $says; what breaks it is noticed, and taken for nothing else',
  async ({ id, plant }) => {
    const noticed = await inQuietWorld((stage) => {
      plant(stage)
      return check(stage.witness, 'final').map((line) => line.split(' ')[0])
    })
    expect([...new Set(noticed)]).toEqual([id])
  },
)
