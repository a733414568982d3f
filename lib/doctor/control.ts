import { z } from 'zod'

/** One exchange over HTTP. Rejects when nobody answers. */
export type Fetch = (request: Request) => Promise<Response>

/** The doctor cannot go on; the message is for whoever started it. */
export class DoctorError extends Error {}

const payment = z
  .object({
    mch_id: z.string(),
    appid: z.string(),
    out_trade_no: z.string(),
    trade_type: z.string(),
    openid: z.string(),
    attach: z.string(),
    sign_type: z.enum(['MD5', 'HMAC-SHA256']),
    is_sandbox: z.boolean(),
    total_fee: z.number(),
    trade_state: z.enum(['NOTPAY', 'SUCCESS', 'REFUND', 'CLOSED']),
    transaction_id: z.string().nullable(),
    api_version: z.enum(['v2', 'v3']),
    notify_url: z.string(),
    expires_at: z.number().nullable(),
    paid_at: z.number().nullable(),
  })
  .transform((it) => ({
    mchId: it.mch_id,
    appid: it.appid,
    outTradeNo: it.out_trade_no,
    tradeType: it.trade_type,
    openid: it.openid,
    attach: it.attach,
    signType: it.sign_type,
    isSandbox: it.is_sandbox,
    totalFee: it.total_fee,
    state: it.trade_state,
    transactionId: it.transaction_id,
    api: it.api_version,
    notifyUrl: it.notify_url,
    expiresAt: it.expires_at,
    paidAt: it.paid_at,
  }))
/** A payment as WeChat knows it. */
export type Payment = z.infer<typeof payment>
export type Api = Payment['api']

const refund = z
  .object({
    mch_id: z.string(),
    out_refund_no: z.string(),
    refund_id: z.string(),
    out_trade_no: z.string(),
    refund_fee: z.number(),
    status: z.enum(['PROCESSING', 'SUCCESS', 'CLOSED', 'ABNORMAL']),
    source: z.enum(['api', 'console']),
    api_version: z.enum(['v2', 'v3']),
    notify_url: z.string().nullable(),
    ended_at: z.number().nullable(),
  })
  .transform((it) => ({
    mchId: it.mch_id,
    outRefundNo: it.out_refund_no,
    refundId: it.refund_id,
    outTradeNo: it.out_trade_no,
    refundFee: it.refund_fee,
    status: it.status,
    source: it.source,
    api: it.api_version,
    notifyUrl: it.notify_url,
    endedAt: it.ended_at,
  }))
export type Refund = z.infer<typeof refund>

const delivery = z
  .object({ out_trade_no: z.string(), out_refund_no: z.string().nullable(), outcome: z.string() })
  .transform((it) => ({ outTradeNo: it.out_trade_no, outRefundNo: it.out_refund_no, outcome: it.outcome }))

const state = z.object({
  now: z.number(),
  orders: z.array(payment),
  refunds: z.array(refund),
  deliveries: z.array(delivery),
})
export type State = z.infer<typeof state>

const account = z
  .object({ appid: z.string(), mch_id: z.string(), api_key: z.string(), v3_key: z.string() })
  .transform((it) => ({ appid: it.appid, mchId: it.mch_id, apiKey: it.api_key, v3Key: it.v3_key }))
export type Account = z.infer<typeof account>

const calls = z.object({ calls: z.array(z.object({ path: z.string() })) })
const faults = z.record(z.string(), z.unknown())
const signed = z.object({ headers: z.record(z.string(), z.string()) })
const refusal = z.object({ message: z.string() })

/** A query of an order in either API; of a refund it is another path. */
const QUERY = /^\/pay\/orderquery|^\/v3\/pay\/transactions\/(out-trade-no|id)\/[^/]+\?/

/** Faults of single orders while a case is played. */
export type OrderFaults = Record<string, Record<string, unknown>>

export type Control = ReturnType<typeof createControl>

/** The emulator, as the doctor moves it: through its `_control` addresses. */
export function createControl(fetch: Fetch, base: string) {
  async function call<T>(schema: z.ZodType<T>, path: string, body?: unknown, method = 'POST'): Promise<T> {
    const init =
      body === undefined ? {} : { method, headers: { 'content-type': 'application/json' }, body: JSON.stringify(body) }
    let response: Response
    let read: unknown
    try {
      response = await fetch(new Request(`${base}/_control/${path}`, init))
      read = await response.json()
    } catch (error) {
      throw new DoctorError(`No emulator answers at ${base}: ${error instanceof Error ? error.message : String(error)}`)
    }
    if (!response.ok) {
      const said = refusal.safeParse(read)
      throw new DoctorError(`The emulator refused ${path}: ${said.success ? said.data.message : response.status}`)
    }
    const parsed = schema.safeParse(read)
    if (!parsed.success) throw new DoctorError(`What answers at ${base} is no emulator of this version.`)
    return parsed.data
  }

  let kept: Record<string, unknown> | null = null
  return {
    base,
    readState: () => call(state, 'state'),
    listAccounts: async () => (await call(z.object({ accounts: z.array(account) }), 'accounts')).accounts,

    countQueries: async (outTradeNo: string): Promise<number> => {
      const read = await call(calls, `calls?out_trade_no=${encodeURIComponent(outTradeNo)}`)
      return read.calls.filter(({ path }) => QUERY.test(path)).length
    },

    /** The buyer's tap. `totalFee`: what WeChat takes, where that is not what the merchant asked. */
    pay: (outTradeNo: string, how: { isLate?: boolean; totalFee?: number } = {}): Promise<Payment> =>
      call(payment, 'pay', {
        out_trade_no: outTradeNo,
        outcome: 'success',
        ...(how.isLate === true && { late: true }),
        ...(how.totalFee !== undefined && { total_fee: how.totalFee }),
      }),

    endRefund: (outRefundNo: string) => call(refund, 'refund', { out_refund_no: outRefundNo, outcome: 'success' }),
    refundInConsole: (outTradeNo: string, refundFee: number) =>
      call(refund, 'console-refund', { out_trade_no: outTradeNo, refund_fee: refundFee }),

    /** Replaces all faults, the user's own too, until `restoreFaults`. */
    setFaults: async (everybody: Record<string, unknown>, orders: OrderFaults): Promise<void> => {
      kept ??= await call(faults, 'faults')
      await call(faults, 'faults', { ...everybody, orders }, 'PUT')
    },
    restoreFaults: async (): Promise<void> => {
      if (kept !== null) await call(faults, 'faults', kept, 'PUT')
      kept = null
    },

    /** The headers that WeChat would send with a body of v3. */
    sign: async (mchId: string, body: string, ageSeconds = 0): Promise<Record<string, string>> =>
      (await call(signed, 'sign', { mch_id: mchId, body, age_seconds: ageSeconds })).headers,
  }
}
