import { createHash } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { onTestFinished } from 'vitest'
import { createEmulator, type EmulatorOptions } from '@/lib/emulator/emulator'
import { DEMO_ACCOUNT } from '@/lib/wechat/demo-account'
import { writeTime } from '@/lib/wechat/time'
import { type Fields, type SignType, sign } from '@/lib/wechat/v2/sign'
import { readXml, writeXml } from '@/lib/wechat/v2/xml'
import { FIXED_KEYS } from '../wechat/v3/keys'

export const { appid, mchId, apiKey } = DEMO_ACCOUNT
export const STARTED_AT = Date.UTC(2026, 0, 5, 4, 0, 0)
export const ACKNOWLEDGED =
  '<xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>'

/** A notification that reached the merchant, and when by WeChat's clock. */
type Notification = { at: number; url: string; contentType: string | null; text: string; fields: Fields }

/** An emulator with a clock that only the test moves, and a merchant that answers what the test says. */
export function openWeChat(options: Partial<EmulatorOptions> = {}) {
  const folder = mkdtempSync(join(tmpdir(), 'wechat-'))
  const databaseUrl = `file:${join(folder, 'ledger.db')}`
  let time = STARTED_AT
  let seed = 0
  const notifications: Notification[] = []
  const merchant = { answer: async (_request: Request): Promise<Response> => new Response(ACKNOWLEDGED) }

  const all: EmulatorOptions = {
    databaseUrl,
    accounts: [DEMO_ACCOUNT],
    keyMaker: FIXED_KEYS,
    basePath: '',
    now: () => time,
    random: (bytes) => {
      seed += 1
      return createHash('shake256', { outputLength: bytes }).update(String(seed)).digest()
    },
    send: async (request) => {
      const text = await request.clone().text()
      const contentType = request.headers.get('content-type')
      notifications.push({ at: (await readState()).now, url: request.url, contentType, text, fields: fieldsOf(text) })
      return merchant.answer(request)
    },
    deliveryOrigins: ['https://shop.example'],
    isOpen: false,
    log: (_event, error) => {
      throw error
    },
    ...options,
  }
  let emulator = createEmulator(all)
  const base = `http://127.0.0.1:4000${all.basePath}`
  onTestFinished(() => {
    emulator.close()
    rmSync(folder, { recursive: true })
  })

  async function get(path: string, headers: Record<string, string> = {}): Promise<Response> {
    return emulator.fetch(new Request(base + path, { headers }))
  }

  type Controlled = { status: number; body: Record<string, unknown> }

  async function control(path: string, body: unknown, method = 'POST'): Promise<Controlled> {
    const headers = { 'content-type': 'application/json' }
    const request = new Request(`${base}/_control/${path}`, { method, headers, body: JSON.stringify(body) })
    const response = await emulator.fetch(request)
    return { status: response.status, body: await response.json() }
  }

  async function readState(): Promise<State> {
    return (await get('/_control/state')).json()
  }

  /** Sends fields as they are, signed unless they carry a signature already. */
  async function call(path: string, fields: Fields, key = apiKey): Promise<Fields> {
    const type: SignType = fields.sign_type === 'HMAC-SHA256' ? fields.sign_type : 'MD5'
    const signed = 'sign' in fields ? fields : { ...fields, sign: sign(fields, key, type) }
    return read(await (await send(path, writeXml(signed))).text())
  }

  async function send(path: string, body: string | Uint8Array<ArrayBuffer>): Promise<Response> {
    return emulator.fetch(
      new Request(`${base}${path.startsWith('/') ? path : `/pay/${path}`}`, { method: 'POST', body }),
    )
  }

  const who = { appid, mch_id: mchId, nonce_str: '5K8264ILTKCH16CQ2502SI8ZNMTM67VS' }

  return {
    notifications,
    merchant,
    databaseUrl,
    get emulator() {
      return emulator
    },
    get,
    control,
    setFaults: (settings: object) => control('faults', settings, 'PUT'),
    readState,
    call,
    send,
    now: () => time,
    /** Real time passes; nothing happens by itself. */
    wait: (ms: number) => {
      time += ms
    },
    place: (fields: Fields = {}) => call('unifiedorder', order(fields)),
    query: (fields: Fields) => call('orderquery', { ...who, ...fields }),
    closeOrder: (outTradeNo: string) => call('closeorder', { ...who, out_trade_no: outTradeNo }),
    /** Asks for 88 yuan back; what the test names replaces it, and an empty value leaves a field out. */
    refund: (fields: Fields = {}) => call('/secapi/pay/refund', refundOf(fields)),
    queryRefund: (fields: Fields) => call('refundquery', { ...who, ...fields }),
    pay: (outTradeNo: string, outcome = 'success') => control('pay', { out_trade_no: outTradeNo, outcome }),
    /** The next notification gets no reply until the test gives one. */
    holdReply: () =>
      new Promise<{ request: Request; reply: (response: Response) => void }>((arrived) => {
        const { answer } = merchant
        merchant.answer = (request) => {
          merchant.answer = answer
          return new Promise((reply) => arrived({ request, reply }))
        }
      }),
    /** The process ends and a new one opens the same ledger. */
    restart: () => {
      emulator.close()
      emulator = createEmulator(all)
    },
  }
}

type State = {
  now: number
  orders: { out_trade_no: string; trade_type: string; total_fee: number; trade_state: string; transaction_id: string }[]
  refunds: {
    out_refund_no: string
    refund_id: string
    out_trade_no: string
    transaction_id: string
    refund_fee: number
    total_fee: number
    status: string
    source: string
    faults: string[]
    ended_at: number | null
  }[]
  balances: { mch_id: string; balance: number }[]
  deliveries: {
    out_trade_no: string
    out_refund_no: string | null
    attempt: number
    cause: string
    at: number
    outcome: string
    faults: string[]
    reply: string | null
  }[]
  faults: Record<string, unknown>
}

/** A complete NATIVE order; what the test names replaces it, and an empty value leaves a field out. */
export function order(fields: Fields = {}): Fields {
  const all: Fields = {
    appid,
    mch_id: mchId,
    nonce_str: 'ibuaiVcKdpRxkhJA',
    body: '龙井茶',
    out_trade_no: 'T20260105-0001',
    total_fee: '8800',
    spbill_create_ip: '127.0.0.1',
    notify_url: 'http://127.0.0.1:3000/api/wechat/notify',
    trade_type: 'NATIVE',
    product_id: 'tea-1',
    ...fields,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
}

/** A complete refund of the order above. */
export function refundOf(fields: Fields = {}): Fields {
  const all: Fields = {
    appid,
    mch_id: mchId,
    nonce_str: '6cefdb308e1e2e8aabd48cf79e546a02',
    out_trade_no: 'T20260105-0001',
    out_refund_no: 'R20260105-0001',
    total_fee: '8800',
    refund_fee: '8800',
    notify_url: 'http://127.0.0.1:3000/api/wechat/notify/refund',
    ...fields,
  }
  return Object.fromEntries(Object.entries(all).filter(([, value]) => value !== ''))
}

/** A time as a merchant writes it, counted from the start of the test. */
export function after(ms: number): string {
  return writeTime(STARTED_AT + ms)
}

/** Fields of a notification; none when it cannot be read. */
function fieldsOf(text: string): Fields {
  const document = readXml(Buffer.from(text))
  return document.ok ? document.fields : {}
}

function read(text: string): Fields {
  const document = readXml(Buffer.from(text))
  if (!document.ok) throw new Error(`${document.reason}: ${text}`)
  return document.fields
}
