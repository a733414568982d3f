import { REFUND_PAUSE_MS, REFUNDS_MAX } from '@/lib/shop/refund'
import type { Invariant } from './invariants'

/** Made by this shop, and never ended and begun again by WeChat: all that the shop alone could keep in bounds. */
const OWN = `r.source <> 'wechat' and r.status not in ('closed', 'declined') and not exists (
  select 1 from refund_events e where e.out_refund_no = r.out_refund_no and e."from" = 'closed')`

/** What has to hold of money that goes back. */
export const REFUND_INVARIANTS: Invariant[] = [
  {
    id: 'I18',
    when: 'final',
    says: 'money balances, and what went back does',
    violations: ({ rows }) => [
      ...rows(`
        select t.transaction_id, t.total_fee, x.paid_fen from w.trades t
        full join transactions x on x.transaction_id = t.transaction_id
        where (t.paid_at is not null or t.out_trade_no is null) and x.transaction_id is not null
          and t.total_fee is not x.paid_fen`),
      ...rows(`
        select * from (select p.out_trade_no,
          (select sum(x.refund_fee) from w.refunds x where x.out_trade_no = p.out_trade_no and x.status = 'SUCCESS') there,
          (select sum(r.refund_fen) from refunds r where r.out_trade_no = p.out_trade_no and r.status = 'succeeded') here
          from payments p) where there is not here`),
    ],
  },
  {
    id: 'I19',
    when: 'always',
    says: 'a number refunds once, what we wrote down before',
    violations: ({ rows, all, journal }) => {
      const asked = new Map<string, string>()
      const changed: string[] = []
      type Row = { number: string; body: Buffer }
      for (const { number, body } of all<Row>(
        `select out_refund_no number, body from w.requests where path in ('/secapi/pay/refund', '/v3/refund/domestic/refunds') and length(body) > 0
          and out_refund_no is not null`,
      )) {
        const text = body.toString().replace(/<(nonce_str|sign)>.*?<\/\1>/gs, '')
        if ((asked.get(number) ?? text) !== text) changed.push(`${number} was asked for with other parameters`)
        asked.set(number, text)
      }
      const known = new Set(all<{ number: string }>('select out_refund_no number from refunds').map((it) => it.number))
      const unknown = [...asked.keys()].filter((number) => !known.has(number))
      return [
        ...changed,
        ...unknown.map((number) => `${number} was asked for and is unknown here`),
        ...journal.earlyRefunds,
        ...rows(`
          select x.out_refund_no, x.refund_fee, r.refund_fen, r.out_trade_no from w.refunds x
          left join refunds r on r.out_refund_no = x.out_refund_no
          where case when r.out_refund_no is null then x.source = 'api'
            else r.refund_fen <> x.refund_fee or r.out_trade_no <> x.out_trade_no end`),
      ]
    },
  },
  {
    id: 'I30',
    when: 'always',
    says: 'a refund ends only as WeChat says',
    violations: ({ rows }) =>
      rows(`
        select r.out_refund_no, r.status, x.status there from refunds r
        left join w.refunds x on x.out_refund_no = r.out_refund_no
        where not case r.status
          when 'requested' then r.approved_at is not null or x.status is null
          when 'declined' then x.status is null
          when 'processing' then x.status is not null
          when 'succeeded' then x.status is 'SUCCESS'
          when 'abnormal' then ifnull(x.status, '') in ('ABNORMAL', 'SUCCESS')
          else true end`),
  },
  {
    id: 'I31',
    when: 'always',
    says: 'no more goes back than was paid, nor oftener and sooner than WeChat lets it',
    violations: ({ rows }) => [
      ...rows(`
        select t.out_trade_no, t.total_fee, sum(x.refund_fee) refunded from w.trades t
        join w.refunds x on x.out_trade_no = t.out_trade_no and x.status <> 'CLOSED'
        group by t.out_trade_no having refunded > t.total_fee`),
      ...rows(`
        select r.transaction_id, r.paid_fen, sum(r.refund_fen) refunded from refunds r
        where r.status = 'succeeded' group by r.transaction_id having refunded > r.paid_fen`),
      ...rows(`
        select r.transaction_id, r.paid_fen, sum(r.refund_fen) refunded from refunds r
        where ${OWN} group by r.transaction_id having refunded > r.paid_fen`),
      ...rows(`
        select r.order_id, l.value ->> 'productId' product, sum(l.value ->> 'quantity') pieces, (
          select sum(i.quantity) from order_items i
          where i.order_id = r.order_id and i.product_id = l.value ->> 'productId') ordered
        from refunds r, json_each(r.lines) l where ${OWN}
        group by r.order_id, product having ordered is null or pieces > ordered`),
      ...rows(`
        select r.transaction_id, count(*) times from refunds r where r.source <> 'wechat' and r.approved_at is not null
        group by r.transaction_id having times > ${REFUNDS_MAX}`),
      ...rows(`
        select r.out_refund_no, s.out_refund_no other, r.approved_at, s.approved_at from refunds r
        join refunds s on s.transaction_id = r.transaction_id and s.out_refund_no > r.out_refund_no
        where r.source <> 'wechat' and s.source <> 'wechat' and abs(r.approved_at - s.approved_at) < ${REFUND_PAUSE_MS}`),
    ],
  },
  {
    id: 'I32',
    when: 'always',
    says: 'a refund has a legal history without gaps, and what succeeded stays so',
    violations: ({ rows }) => [
      ...rows(`
        select e.out_refund_no, e.version, e."from", e."to" from refund_events e
        left join refund_events b on b.out_refund_no = e.out_refund_no and b.version = e.version - 1
        where e."from" is not b."to" or (e.version > 1) <> (b.version is not null)
          or e."from" = 'succeeded' and e."to" <> 'succeeded' or e."from" = 'declined'
          or e."to" in ('requested', 'declined') and ifnull(e."from", 'requested') <> 'requested'`),
      ...rows(`
        select r.out_refund_no, r.status, r.version, e."to" from refunds r
        left join refund_events e on e.out_refund_no = r.out_refund_no and e.version = r.version
        where e."to" is not r.status
          or exists (select 1 from refund_events l where l.out_refund_no = r.out_refund_no and l.version > r.version)`),
    ],
  },
  {
    id: 'I33',
    when: 'always',
    says: 'what an admin does about a refund is in the record',
    violations: ({ rows }) => [
      ...rows(`
        select e.out_refund_no, e.what, e.cause_kind, e.cause_id, a.action from refund_events e
        join refunds r on r.out_refund_no = e.out_refund_no
        left join audit a on e.cause_kind = 'admin' and a.id = cast(e.cause_id as integer)
          and a.detail ->> 'refund' = e.out_refund_no
        where case e.what when 'made' then r.source = 'admin' else e.what in ('approved', 'declined', 'resolved', 'rerouted') end
          and a.action is not 'refund_' || e.what`),
      ...rows(`
        select a.id, a.action from audit a left join refunds r on r.out_refund_no = a.detail ->> 'refund'
        where a.action = 'refund_made' and r.out_refund_no is null`),
    ],
  },
]
