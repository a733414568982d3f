import Sqlite from 'better-sqlite3'
import { UNPAID_ORDERS_MAX } from '@/lib/shop/limits'
import { UNVERIFIED } from '@/lib/shop/notification'
import { type Journal, sha256 } from './journal'
import { REFUND_INVARIANTS } from './refund-invariants'

/** What a checker may look at: both databases as they stand on disk, and what the driver did. */
export type Witness = {
  /** Violations in one readable line each: the columns of every row that should not be there. */
  rows: (sql: string) => string[]
  all: <Row>(sql: string) => Row[]
  /** Changes something past everybody; says how many rows. */
  run: (sql: string) => number
  journal: Journal
  /** The verified messages that were seen in the log before. */
  remembered: Map<number, string>
  apiKey: string
  now: number
}

/** `always` holds at every instant, also right after a crash; `final` when nothing is due any more. */
export type Invariant = {
  id: `I${number}`
  when: 'always' | 'final'
  says: string
  violations: (witness: Witness) => string[]
}

/** Questions that were asked before, for each connection; the same ones are asked in every storm. */
const asked = new WeakMap<Sqlite.Database, Map<string, Sqlite.Statement>>()

/** Opens both files to look at them; whoever needs the witness no more closes it. */
export function openWitness(
  files: { shop: string; ledger: string },
  journal: Journal,
  apiKey: string,
): Witness & { close: () => void } {
  const db = new Sqlite(files.shop)
  db.prepare('attach ? as w').run(files.ledger)
  return { ...witnessOf(db, journal, apiKey), close: () => db.close() }
}

/** Looks at both files through a connection to the shop's, to which WeChat's ledger is attached as `w`. */
export function witnessOf(db: Sqlite.Database, journal: Journal, apiKey: string): Witness {
  const statements = asked.get(db) ?? new Map<string, Sqlite.Statement>()
  asked.set(db, statements)
  const prepare = (sql: string): Sqlite.Statement => {
    const known = statements.get(sql)
    if (known !== undefined) return known
    const statement = db.prepare(sql)
    statements.set(sql, statement)
    return statement
  }
  return {
    rows: (sql) => prepare(sql).all().map(readable),
    all: <Row>(sql: string) => prepare(sql).all() as Row[],
    run: (sql) => db.prepare(sql).run().changes,
    journal,
    remembered: new Map(),
    apiKey,
    now: 0,
  }
}

function readable(row: unknown): string {
  return Object.entries(row ?? {})
    .map(([name, value]) => `${name}=${value}`)
    .join(' ')
}

/** Every violation, each with the name of its invariant. */
export function check(witness: Witness, when: 'always' | 'final'): string[] {
  return INVARIANTS.filter((it) => it.when === 'always' || when === 'final').flatMap((it) =>
    it.violations(witness).map((line) => `${it.id} ${it.says}: ${line}`),
  )
}

const sql =
  (text: string): Invariant['violations'] =>
  ({ rows }) =>
    rows(text)

/** Every column that holds money, and the least it may hold. */
const MONEY = [
  ...[['products', 'price_fen', 1] as const, ['order_items', 'price_fen', 1] as const],
  ...[['orders', 'amount_fen', 1] as const, ['payments', 'amount_fen', 1] as const],
  ...[['refunds', 'refund_fen', 1] as const, ['refunds', 'paid_fen', 1] as const],
  ['transactions', 'paid_fen', 0] as const,
]

const INSTANTS = [
  ...[['orders', 'created_at'] as const, ['orders', 'expires_at'] as const, ['orders', 'paid_at'] as const],
  ...[['orders', 'closed_at'] as const, ['order_events', 'at'] as const, ['payments', 'created_at'] as const],
  ...[['payments', 'prepaid_at'] as const, ['payments', 'next_check_at'] as const],
  ...[['transactions', 'paid_at'] as const, ['transactions', 'seen_at'] as const],
  ...[['notifications', 'received_at'] as const, ['notifications', 'concluded_at'] as const],
  ...[['refunds', 'created_at'] as const, ['refunds', 'ended_at'] as const, ['refunds', 'next_check_at'] as const],
  ['refund_events', 'at'] as const,
]

/** Minutes after an order's time within which it has ended. */
const PATIENCE_MS = 10 * 60_000

const verified = `verdict is not null and verdict not in (${UNVERIFIED.map((it) => `'${it}'`).join(', ')})`

/** Calls that ask for a payment, in either API. */
const ORDERING = `path in ('/pay/unifiedorder', ${['native', 'app', 'h5', 'jsapi'].map((it) => `'/v3/pay/transactions/${it}'`).join(', ')})`

export const INVARIANTS: Invariant[] = [
  ...REFUND_INVARIANTS,
  {
    id: 'I1',
    when: 'always',
    says: 'an order is paid only if WeChat says so, for that number and exactly that amount',
    violations: sql(`
      select o.id, o.amount_fen, o.transaction_id from orders o
      left join payments p on p.order_id = o.id and p.transaction_id = o.transaction_id
      left join w.trades t on t.out_trade_no = p.out_trade_no and t.state in ('SUCCESS', 'REFUND')
        and t.total_fee = o.amount_fen and t.transaction_id = o.transaction_id
      where o.status = 'paid' and t.out_trade_no is null`),
  },
  {
    id: 'I2',
    when: 'final',
    says: 'what WeChat took is shown',
    violations: sql(`
      select t.out_trade_no, t.transaction_id, x.outcome, o.status from w.trades t
      left join transactions x on x.transaction_id = t.transaction_id
      left join payments p on p.out_trade_no = t.out_trade_no
      left join orders o on o.id = p.order_id
      where t.paid_at is not null and (x.transaction_id is null or not case x.outcome
        when 'applied' then o.transaction_id is x.transaction_id
        when 'second' then o.status is 'paid' and o.transaction_id is not x.transaction_id
        when 'late' then o.status is 'closed'
        when 'mismatch' then t.total_fee <> p.amount_fen
        when 'unknown_order' then p.out_trade_no is null
        else false end)`),
  },
  {
    id: 'I3',
    when: 'always',
    says: 'acknowledged means on disk',
    violations: ({ rows, all, journal }) => {
      const acknowledged = new Set(
        all<{ sha: string }>(`
          select n.body_sha256 sha from notifications n join transactions x on x.transaction_id = n.transaction_id
          where n.verdict in ('applied', 'already', 'stray') and n.reply = 'acknowledge'
          union select n.body_sha256 from notifications n
          left join payments p on p.out_trade_no = n.out_trade_no
          left join w.refunds x on x.out_refund_no = n.out_refund_no
          left join refunds r on r.out_refund_no = n.out_refund_no
          where n.verdict in ('refund_applied', 'refund_already', 'unknown_refund') and n.reply = 'acknowledge'
            and (r.out_refund_no is not null or x.out_refund_no is null or p.out_trade_no is null)`).map(
          ({ sha }) => sha,
        ),
      )
      const unkept = [...journal.bodies].filter(([sha, { acknowledged: times }]) => times > 0 && !acknowledged.has(sha))
      return [
        ...rows(`
          select d.id delivery, d.out_trade_no from w.deliveries d
          join w.trades t on t.mch_id = d.mch_id and t.out_trade_no = d.out_trade_no
          where d.outcome = 'accepted' and d.out_refund_no is null and not exists (
            select 1 from notifications n join transactions x on x.transaction_id = n.transaction_id
            where n.body_sha256 = d.body_sha256 and n.reply = 'acknowledge' and x.transaction_id = t.transaction_id)`),
        ...rows(`
          select d.id delivery, d.out_refund_no from w.deliveries d
          join payments p on p.out_trade_no = d.out_trade_no
          where d.outcome = 'accepted' and d.out_refund_no is not null and not exists (
            select 1 from notifications n join refunds r on r.out_refund_no = n.out_refund_no
            where n.body_sha256 = d.body_sha256 and n.reply = 'acknowledge' and r.out_refund_no = d.out_refund_no)`),
        ...unkept.map(([, { body }]) => `acknowledged for ${body}`),
      ]
    },
  },
  {
    id: 'I4',
    when: 'always',
    says: 'every received notification is in the log exactly as received',
    violations: ({ rows, all, journal }) => {
      const logged = new Map<string, number>()
      const broken: string[] = []
      type Row = { id: number; body: Buffer; sha: string; times: number }
      for (const row of all<Row>('select id, body, body_sha256 sha, times from notifications')) {
        logged.set(row.sha, (logged.get(row.sha) ?? 0) + row.times)
        if (sha256(row.body) !== row.sha) broken.push(`notification ${row.id} has another sum than its body`)
        if (!journal.bodies.has(row.sha)) broken.push(`notification ${row.id} was never sent`)
      }
      for (const [sha, it] of journal.bodies) {
        const times = logged.get(sha) ?? 0
        const [least, most] = [it.acknowledged + it.refused - it.unlogged, it.sent - it.unlogged]
        if (times < least || times > most) broken.push(`${times} entries, not ${least} to ${most}, for ${it.body}`)
      }
      return [...broken, ...rows('select id from notifications where body_bytes <> length(body)')]
    },
  },
  {
    id: 'I5',
    when: 'always',
    says: 'the log only grows',
    violations: ({ all, remembered }) => {
      type Row = { id: number; entry: string }
      const entry = `received_at || ' ' || body_sha256 || ' ' || headers`
      const now = new Map(
        all<Row>(`select id, ${entry} entry from notifications where ${verified}`).map((it) => [it.id, it.entry]),
      )
      const changed = [...remembered].filter(([id, before]) => now.get(id) !== before)
      for (const [id, text] of now) remembered.set(id, text)
      return changed.map(([id, before]) => `notification ${id} was ${before}, is ${now.get(id)}`)
    },
  },
  {
    id: 'I6',
    when: 'final',
    says: 'nothing stays undecided',
    violations: sql('select id, received_at from notifications where verdict is null'),
  },
  {
    id: 'I7',
    when: 'always',
    says: 'only verified facts move orders',
    violations: ({ rows }) => [
      ...rows(`
      select e.order_id, e.version, e.cause_kind, e.cause_id, n.verdict from order_events e
      left join notifications n on e.cause_kind = 'notification' and n.id = cast(e.cause_id as integer)
      where not case e.cause_kind
        when 'checkout' then e.version = 1
        when 'notification' then e.version > 1 and n.verdict is 'applied' and n.order_id is e.order_id
          and exists (select 1 from w.deliveries d where d.body_sha256 = n.body_sha256)
        when 'worker' then e.version > 1
        when 'customer' then e.version > 1
        when 'admin' then e.version > 1 and exists (
          select 1 from audit a where a.id = cast(e.cause_id as integer) and a.order_id = e.order_id)
        else false end`),
      ...rows(`
      select e.out_refund_no, e.version, e.what, e.cause_id, n.verdict from refund_events e
      left join notifications n on n.id = cast(e.cause_id as integer)
      where e.cause_kind = 'notification' and (n.id is null or not ifnull(${verified}, true))`),
    ],
  },
  {
    id: 'I8',
    when: 'always',
    says: 'one payment is applied to an order, and an order is paid by one payment',
    violations: ({ rows }) => [
      ...rows(`
        select order_id, count(*) times from transactions where outcome = 'applied' group by order_id having times > 1`),
      ...rows(`
        select transaction_id, count(*) times from payments where transaction_id is not null
        group by transaction_id having times > 1`),
      ...rows(`
        select o.id, o.transaction_id from orders o left join transactions x on x.transaction_id = o.transaction_id
        where o.status = 'paid' and (x.outcome is not 'applied' or x.order_id is not o.id)`),
      ...rows(`
        select x.transaction_id, x.order_id from transactions x left join orders o on o.id = x.order_id
        where x.outcome = 'applied' and o.transaction_id is not x.transaction_id`),
    ],
  },
  {
    id: 'I9',
    when: 'always',
    says: 'an order has a legal history without gaps',
    violations: ({ rows }) => [
      ...rows(`
        select e.order_id, e.version, e."from", e."to" from order_events e
        left join order_events b on b.order_id = e.order_id and b.version = e.version - 1
        where e."from" is not b."to" or (e.version > 1) <> (b.version is not null)
          or ifnull(e."from", '') || '>' || e."to" not in ('>pending', 'pending>paid', 'pending>closed')
            and e."from" is not 'paid'`),
      ...rows(`
        select o.id, o.status, o.version, e."to" from orders o
        left join order_events e on e.order_id = o.id and e.version = o.version
        where e."to" is not o.status
          or exists (select 1 from order_events l where l.order_id = o.id and l.version > o.version)`),
    ],
  },
  {
    id: 'I10',
    when: 'always',
    says: 'paid is for ever',
    violations: sql(`select order_id, version, "to" from order_events where "from" = 'paid'`),
  },
  {
    id: 'I11',
    when: 'always',
    says: 'stock is never negative',
    violations: sql('select id from products where stock < 0'),
  },
  {
    id: 'I12',
    when: 'always',
    says: 'stock balances',
    violations: sql(`
      select p.id, p.stock_initial, p.restocked, p.stock, ifnull(sum(i.quantity), 0) taken, (
        select ifnull(sum(l.value ->> 'quantity'), 0) from refunds r, json_each(r.lines) l
        where r.status = 'succeeded' and r.returns_stock and l.value ->> 'productId' = p.id) returned from products p
      left join order_items i on i.product_id = p.id
        and exists (select 1 from orders o where o.id = i.order_id and o.status in ('pending', 'paid'))
      group by p.id having p.stock_initial + p.restocked + returned <> p.stock + taken`),
  },
  {
    id: 'I13',
    when: 'always',
    says: 'closed here is closed there',
    violations: sql(`
      select p.out_trade_no, p.status, o.status, t.state from payments p join orders o on o.id = p.order_id
      join w.trades t on t.out_trade_no = p.out_trade_no
      where t.state = 'NOTPAY' and (o.status = 'closed' or p.status = 'closed')`),
  },
  {
    id: 'I14',
    when: 'always',
    says: 'one payable thing at a time',
    violations: ({ rows, all }) => {
      const asked = new Map<string, string>()
      const changed: string[] = []
      type Row = { number: string; body: Buffer }
      for (const { number, body } of all<Row>(
        `select out_trade_no number, body from w.requests where ${ORDERING} and out_trade_no is not null`,
      )) {
        const text = body.toString().replace(/<(nonce_str|sign)>.*?<\/\1>/gs, '')
        if ((asked.get(number) ?? text) !== text) changed.push(`${number} was asked for with other parameters`)
        asked.set(number, text)
      }
      return [
        ...changed,
        ...rows(`
          select p.order_id, count(*) open from payments p join w.trades t on t.out_trade_no = p.out_trade_no
          where t.state = 'NOTPAY' group by p.order_id having open > 1`),
      ]
    },
  },
  {
    id: 'I15',
    when: 'always',
    says: 'no orphan at WeChat',
    violations: ({ all, journal }) => {
      const orphans = all<{ number: string }>(`
        select t.out_trade_no number from w.trades t left join payments p on p.out_trade_no = t.out_trade_no
        where p.out_trade_no is null`)
      const unknown = orphans.filter(({ number }) => !journal.foreign.has(number))
      return [...unknown.map(({ number }) => `${number} is unknown here`), ...journal.early]
    },
  },
  {
    id: 'I16',
    when: 'always',
    says: 'the price is ours',
    violations: ({ rows, all, journal }) => {
      const asked = all<{ number: string; amount: number; fee: number }>(`
        select p.out_trade_no number, p.amount_fen amount, t.total_fee fee from payments p
        join w.trades t on t.out_trade_no = p.out_trade_no where t.total_fee <> p.amount_fen`)
      return [
        ...rows(`
          select o.id, o.amount_fen, sum(i.price_fen * i.quantity) total from orders o
          left join order_items i on i.order_id = o.id group by o.id having total is not o.amount_fen`),
        ...rows(`
          select i.order_id, i.product_id, i.price_fen from order_items i join products p on p.id = i.product_id
          where i.price_fen <> p.price_fen`),
        ...rows(`
          select p.out_trade_no, p.amount_fen from payments p join orders o on o.id = p.order_id
          where p.amount_fen <> o.amount_fen`),
        ...asked
          .filter(({ number }) => !journal.otherAmounts.has(number))
          .map(({ number, amount, fee }) => `${number} costs ${amount}, and WeChat was told ${fee}`),
      ]
    },
  },
  {
    id: 'I17',
    when: 'always',
    says: 'the same key gives the same order',
    violations: ({ rows, journal }) => [
      ...rows(`
        select idempotency_key, count(*) times from orders where idempotency_key is not null
        group by idempotency_key having times > 1`),
      ...[...journal.orders]
        .filter(([, orders]) => orders.size > 1)
        .map(([key, orders]) => `${key} gave ${[...orders].join(' and ')}`),
    ],
  },
  {
    id: 'I20',
    when: 'final',
    says: 'nothing waits for ever',
    violations: ({ rows, now }) => [
      ...rows(`select id, expires_at from orders where status = 'pending' and expires_at + ${PATIENCE_MS} < ${now}`),
      ...rows(`
        select o.id, o.held_until from orders o where o.status = 'pending' and o.held_until + ${PATIENCE_MS} < ${now}`),
      ...rows(`
        select out_trade_no, status, next_check_at from payments
        where (next_check_at is null) = (status in ('preparing', 'open'))`),
      ...rows(`
        select p.out_trade_no, p.status from payments p join orders o on o.id = p.order_id
        where o.status <> 'pending' and p.status in ('preparing', 'open')`),
      ...rows(`
        select out_refund_no, status, next_check_at from refunds where approved_at is not null
          and (status in ('requested', 'processing')
            or (next_check_at is null) <> (ended_at is not null or status = 'abnormal' and resolved_at is not null))`),
      ...rows(`
        select x.transaction_id, x.outcome from transactions x
        where x.outcome <> 'applied' and x.resolved_at is null and x.paid_fen <= (
          select sum(r.refund_fen) from refunds r where r.transaction_id = x.transaction_id
            and r.status = 'succeeded' and r.source <> 'wechat')`),
    ],
  },
  {
    id: 'I29',
    when: 'always',
    says: 'nobody keeps goods from others without paying',
    violations: ({ rows }) => [
      ...rows(`
        select buyer, count(*) unpaid from orders where status = 'pending' and buyer is not null
        group by buyer having unpaid > ${UNPAID_ORDERS_MAX.buyer}`),
      ...rows(
        "select id, buyer, address from orders where status <> 'pending' and coalesce(buyer, address) is not null",
      ),
      ...rows(`
        select o.id, o.held_until from orders o where o.held_until is not null
          and (o.held_until > o.expires_at or exists (select 1 from payments p where p.order_id = o.id))`),
    ],
  },
  {
    id: 'I21',
    when: 'always',
    says: 'money is whole',
    violations: ({ rows }) =>
      MONEY.flatMap(([table, column, least]) =>
        rows(`
          select '${table}' in_table, ${column} from ${table}
          where typeof(${column}) <> 'integer' or ${column} < ${least}`),
      ),
  },
  {
    id: 'I22',
    when: 'always',
    says: 'times make sense',
    violations: ({ rows }) => [
      ...INSTANTS.flatMap(([table, column]) =>
        rows(`
          select '${table}' in_table, ${column} from ${table}
          where ${column} is not null and (typeof(${column}) <> 'integer' or ${column} < 1577836800000)`),
      ),
      ...rows(`
        select x.transaction_id, x.paid_at, t.paid_at there from transactions x
        join w.trades t on t.transaction_id = x.transaction_id where x.seen_by = 'query' and x.paid_at <> t.paid_at - t.paid_at % 1000`),
      ...rows(`
        select o.id, o.paid_at from orders o join transactions x on x.transaction_id = o.transaction_id
        where o.paid_at is not x.paid_at`),
      ...rows(`
        select r.out_refund_no, r.ended_at, x.ended_at there from refunds r
        join w.refunds x on x.out_refund_no = r.out_refund_no
        where r.status = 'succeeded' and r.ended_at <> x.ended_at - x.ended_at % 1000`),
    ],
  },
  {
    id: 'I23',
    when: 'final',
    says: 'secrets stay in',
    violations: ({ all, journal, apiKey }) => {
      const kept = all<{ id: number; text: string; body: string }>(`
        select id, cast(body as text) body, ifnull(checks, '') || ifnull(signed_text, '') || ifnull(expected_sign, '')
          || ifnull(query_answer, '') text from notifications
        where not (${verified})`)
      // What came with a message is no news to its sender: one of v2 about a payment of v3 may be rightly signed.
      const told = kept.filter(({ text, body }) =>
        journal.secrets.some((sign) => text.includes(sign) && !body.includes(sign)),
      )
      const keys = all<{ text: string | null }>(`
        select group_concat(ifnull(signed_text, '') || ifnull(query_answer, '')) text from notifications
        union all select group_concat(request) from payments
        union all select group_concat(request) from refunds`)
      return [
        ...told.map(({ id }) => `notification ${id} tells the right signature of a forgery`),
        ...keys.filter(({ text }) => text?.includes(apiKey)).map(() => 'the API key is in the database'),
      ]
    },
  },
  {
    id: 'I24',
    when: 'final',
    says: 'the file is sound',
    violations: ({ rows }) => [
      ...rows('pragma main.integrity_check').filter((line) => line !== 'integrity_check=ok'),
      ...rows('pragma main.foreign_key_check'),
    ],
  },
  {
    id: 'I25',
    when: 'always',
    says: 'answers come in time',
    violations: ({ journal }) => journal.late,
  },
]
