import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { sign } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import { fieldsOf, keepSecret, writeSigned } from './messages'
import { drawNotice } from './notices'
import type { Stage } from './stage'

const GARBAGE = ['', 'hello', '<xml>', '<xml></xml>', '<xml><a>1</a><a>2</a></xml>', '{"out_trade_no":"1"}', '\u0000']

/** Somebody who knows the notify URL, and sometimes more than that, sends something between WeChat's own messages. */
export async function intrude(stage: Stage): Promise<void> {
  const { chance, agenda, journal, witness } = stage
  await agenda.wait(chance.pick([0, 1, 60_000, 120_000, 300_000, 1_800_000]), 'a stranger comes')
  const [payment] = witness.all<{ number: string; fee: number; state: string | null; transaction: string | null }>(`
    select p.out_trade_no number, p.amount_fen fee, t.state, t.transaction_id "transaction" from payments p
    left join w.trades t on t.out_trade_no = p.out_trade_no order by p.checks, p.out_trade_no limit 1`)
  const [delivered] = witness.all<{ body: string }>('select body from w.deliveries order by due_at desc limit 1')
  const notice = chance.happens(0.4) ? drawNotice(stage) : null
  const body = notice ?? drawBody(stage, payment, delivered?.body)
  keepSecret(journal, body)
  stage.tell(`  ! a stranger sends ${body.replace(/\s+/g, ' ')}`)
  await stage.notify(body).catch(() => undefined)
}

type Target = { number: string; fee: number; state: string | null; transaction: string | null } | undefined

function drawBody({ chance }: Stage, payment: Target, delivered: string | undefined): string {
  const claim = {
    ...{ return_code: 'SUCCESS', result_code: 'SUCCESS', appid: DEMO_ACCOUNT.appid, mch_id: DEMO_ACCOUNT.mchId },
    ...{ nonce_str: String(chance.below(4)), out_trade_no: payment?.number ?? '20260301100000none', fee_type: 'CNY' },
    ...{ total_fee: String(payment?.fee ?? 1), transaction_id: '4200000000209901010000000000' },
    time_end: '20260301100000',
  }
  switch (chance.below(7)) {
    case 0:
      return chance.pick(GARBAGE)
    case 1:
      return writeXml(claim)
    case 2:
      return writeXml({ ...claim, sign: '0'.repeat(32) })
    case 3:
      // Rightly signed, in a type that this payment was not made with.
      return writeXml({
        ...claim,
        sign_type: 'HMAC-SHA256',
        sign: sign({ ...claim, sign_type: 'HMAC-SHA256' }, DEMO_ACCOUNT.apiKey, 'HMAC-SHA256'),
      })
    case 4:
      // Even under the right signature the claim is only a hint: WeChat itself does not confirm it.
      return payment === undefined ? writeXml(claim) : writeSigned(claim)
    case 5:
      // True money, and another amount than WeChat took.
      return payment?.transaction == null
        ? writeXml(claim)
        : writeSigned({ ...claim, transaction_id: payment.transaction, total_fee: String(payment.fee + 7) })
    default:
      // A message of WeChat once more, or the same with another amount.
      if (delivered === undefined) return writeXml(claim)
      return chance.happens(0.7) ? delivered : writeXml({ ...fieldsOf(delivered), total_fee: '1' })
  }
}

/** Another till with the same account sells something too; WeChat tells this shop about that money as well. */
export async function sellElsewhere(stage: Stage): Promise<void> {
  const number = `other${stage.chance.below(1_000_000_000)}till`
  stage.journal.foreign.add(number)
  const { appid, mchId } = DEMO_ACCOUNT
  const order = {
    ...{ appid, mch_id: mchId, nonce_str: 'n', body: 'coffee', out_trade_no: number, total_fee: '500' },
    ...{ spbill_create_ip: '127.0.0.1', notify_url: 'http://127.0.0.1:3000/api/wechat/notify', trade_type: 'NATIVE' },
    product_id: 'coffee',
  }
  await stage.callWeChat('/pay/unifiedorder', writeSigned(order))
  stage.tell(`  another till sells ${number}: ${await stage.press(number)}`)
  await stage.control('console-refund', { out_trade_no: number, refund_fee: 200 })
}
