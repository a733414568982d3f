import type { Emulator, SendRequest } from '@/lib/emulator/emulator'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import type { Fields } from '@/lib/wechat/v2/sign'
import { writeXml } from '@/lib/wechat/v2/xml'
import type { Agenda } from './agenda'
import type { Chance } from './chance'
import type { Journal } from './journal'
import { fieldsOf, keepSecret, writeSigned } from './messages'
import { alteredNotice } from './notices'
import { alteredAnswer, alteredDelivery, type Incoming, systemErrorOfV3 } from './v3'
import type { Weather } from './weather'

type Turn = (what: string, ms?: number) => Promise<void>

type Ends = {
  agenda: Agenda
  chance: Chance
  journal: Journal
  inject: <Kind extends string>(fault: Kind | null) => Kind | null
  weather: () => Weather
  emulator: () => Emulator | null
}

/** What somebody may make of an answer about refunds. */
const REFUND_LIES: readonly Fields[] = [
  { result_code: 'SUCCESS', err_code: '', refund_status_0: 'SUCCESS' },
  { refund_status_0: 'REFUNDCLOSE' },
  { refund_fee: '1', refund_fee_0: '1' },
  { result_code: 'FAIL', err_code: 'REFUNDNOTEXIST' },
  { result_code: 'FAIL', err_code: 'ERROR' },
]

const xml = (body: string, status = 200) => new Response(body, { status, headers: { 'content-type': 'text/plain' } })

/** The wire between shop and WeChat, in both directions. It loses, repeats, delays, disorders and alters. */
export function openWire({ agenda, chance, journal, inject, weather, emulator }: Ends) {
  /** On most wires of a storm everything is quick, so that much happens at the same instant. */
  const latencyMs = () => (chance.happens(0.3) ? chance.between(1, 900) : 0)

  async function arrive(request: Request): Promise<Response> {
    const there = emulator()
    if (there === null) throw new Error('WeChat is down')
    return there.fetch(request)
  }

  /** How a process of the shop reaches WeChat; what is on its way arrives also when its sender has died. */
  function toWeChat(turn: Turn, onArrival: (path: string) => Promise<void> | void) {
    return async (request: Request): Promise<Response> => {
      const { pathname } = new URL(request.url)
      const isV3 = pathname.includes('/v3/')
      const fault = inject(chance.strike(weather().calls))
      const isLate = fault === 'request late'
      const copy = fault === 'request twice' ? request.clone() : null
      await agenda.wait(isLate ? chance.between(2_000, 90_000) : latencyMs(), `-> ${pathname}`)
      if (fault === 'request lost') throw new Error('the request was lost')
      if (fault === 'gateway error') return xml('<html>502 Bad Gateway</html>', 502)
      if (fault === 'system error' && chance.happens(0.5)) return isV3 ? systemErrorOfV3() : xml(systemError())
      const response = await arrive(request)
      await onArrival(pathname)
      if (copy !== null) {
        agenda
          .wait(chance.between(0, 30_000), `-> ${pathname} again`)
          .then(() => arrive(copy))
          .catch(() => undefined)
      }
      await turn(`<- ${pathname}`, fault === 'answer late' ? chance.between(2_000, 60_000) : latencyMs())
      if (fault === 'answer lost') throw new Error('the answer was lost')
      if (isV3) return fault === 'system error' ? systemErrorOfV3() : alteredAnswer(response, fault, chance)
      switch (fault) {
        case 'system error':
          return xml(systemError())
        case 'answer cut': {
          const body = await response.text()
          return xml(body.slice(0, chance.below(body.length)))
        }
        case 'answer unsigned':
          return xml((await response.text()).replace(/<sign>.*<\/sign>/s, ''))
        case 'answer tampered':
          return xml(tampered(pathname, await response.text()))
        case 'answer of another merchant':
          return xml(writeSigned({ ...fieldsOf(await response.text()), mch_id: '1900000999' }))
        default:
          return response
      }
    }
  }

  function systemError(): string {
    const { appid, mchId } = DEMO_ACCOUNT
    const texts = { return_code: 'SUCCESS', result_code: 'FAIL', err_code: 'SYSTEMERROR', err_code_des: '系统错误' }
    return writeSigned({ ...texts, appid, mch_id: mchId, nonce_str: 'storm' })
  }

  /** Says something better, or worse, than WeChat did, under WeChat's signature of what it did say. */
  function tampered(path: string, body: string): string {
    const fields = fieldsOf(body)
    if (path.endsWith('closeorder')) return writeXml({ ...fields, result_code: 'SUCCESS' })
    if (path.includes('refund')) return writeXml({ ...fields, ...chance.pick(REFUND_LIES) })
    const lie = chance.pick([
      {
        trade_state: 'SUCCESS',
        transaction_id: '4200000000209901010000000000',
        time_end: '20260301100000',
        fee_type: 'CNY',
      },
      { trade_state: 'CLOSED' },
      { total_fee: '1' },
      { result_code: 'FAIL', err_code: 'ORDERNOTEXIST' },
      { result_code: 'FAIL', err_code: 'ORDERCLOSED' },
    ])
    return writeXml({ ...fields, ...lie })
  }

  /** How WeChat reaches the shop. */
  function toShop(notify: (message: Incoming) => Promise<{ status: number; body: string }>): SendRequest {
    return async (request) => {
      const apiVersion = new URL(request.url).pathname.endsWith('/v3') ? 'v3' : 'v2'
      const message = { apiVersion, headers: Object.fromEntries(request.headers), body: await request.text() } as const
      const fault = inject(chance.strike(weather().deliveries))
      if (fault === 'delivery twice') {
        agenda
          .wait(chance.pick([0, 0, 2_000, 3_600_000]), 'delivery again')
          .then(() => notify(message))
          .catch(() => undefined)
      }
      const isLate = fault === 'delivery late' || fault === 'delivery out of order'
      await agenda.wait(
        isLate ? chance.between(1_000, fault === 'delivery late' ? 10_000 : 3_600_000) : latencyMs(),
        'delivery',
      )
      if (fault === 'delivery lost') throw new Error('the notification was lost')
      const arrived = altered(message, fault)
      if (arrived.apiVersion === 'v2' && arrived.body !== message.body) keepSecret(journal, arrived.body)
      const reply = await notify(arrived)
      await agenda.wait(latencyMs(), 'reply')
      if (fault === 'reply lost') throw new Error('the reply was lost')
      return reply.status === 204 ? new Response(null, { status: 204 }) : xml(reply.body, reply.status)
    }
  }

  function altered(message: Incoming, fault: string | null): Incoming {
    if (message.apiVersion === 'v3') return alteredDelivery(message, fault, chance)
    return { ...message, body: alteredOfV2(message.body, fault) }
  }

  function alteredOfV2(body: string, fault: string | null): string {
    const notice = alteredNotice(body, fault, { chance })
    if (notice !== null) return notice
    switch (fault) {
      case 'amount tampered':
        return writeXml({ ...fieldsOf(body), total_fee: String(chance.between(1, 99_999_999)) })
      case 'sign tampered':
        return body.replace(/<sign>.*<\/sign>/s, `<sign><![CDATA[${'0'.repeat(32)}]]></sign>`)
      case 'sign missing':
        return body.replace(/<sign>.*<\/sign>/s, '')
      case 'other merchant':
        return writeSigned({ ...fieldsOf(body), mch_id: '1900000999' })
      case 'truncated':
        return body.slice(0, chance.below(body.length))
      case 'doctype':
        return `<!DOCTYPE xml [<!ENTITY fee "1">]>${body.replace(/<total_fee>.*<\/total_fee>/s, '<total_fee>&fee;</total_fee>')}`
      default:
        return body
    }
  }

  return { toWeChat, toShop }
}
