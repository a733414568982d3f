import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { createAdaptorServer } from '@hono/node-server'
import { onTestFinished } from 'vitest'
import { createEmulator } from '@/lib/emulator/emulator'
import { serveEmulator } from '@/lib/emulator/server'
import { FIXED_KEYS } from '../wechat/v3/keys'

/** An emulator that programs of any kind can reach: real HTTP, on a port that was free. */
export async function startEmulator() {
  const emulator = createEmulator({ keyMaker: FIXED_KEYS })
  const server = await serveEmulator(emulator)
  onTestFinished(async () => {
    await server.stop()
    emulator.close()
  })

  async function control(path: string, body: unknown): Promise<void> {
    const headers = { 'content-type': 'application/json' }
    const answer = await fetch(`${server.url}/_control/${path}`, {
      method: 'POST',
      headers,
      body: JSON.stringify(body),
    })
    if (!answer.ok) throw new Error(await answer.text())
  }
  return {
    url: server.url,
    /** The same without HTTP, for whoever is in this process. */
    fetch: emulator.fetch,
    pay: (outTradeNo: string) => control('pay', { out_trade_no: outTradeNo, outcome: 'success' }),
    /** Ends a refund that is processing. */
    endRefund: (outRefundNo: string, outcome: 'success' | 'closed' | 'abnormal') =>
      control('refund', { out_refund_no: outRefundNo, outcome }),
    /** Lets time pass, with every delivery that falls due. */
    advance: (seconds: number) => control('clock', { advanceSeconds: seconds }),
  }
}

/** Serves a function over HTTP until the test ends; gives its address. */
export async function listen(fetch: (request: Request) => Promise<Response>): Promise<string> {
  const server = createAdaptorServer({ fetch })
  server.listen(0, '127.0.0.1')
  await once(server, 'listening')
  onTestFinished(() => {
    server.close()
  })
  return `http://127.0.0.1:${(server.address() as AddressInfo).port}`
}

export type Delivered = { headers: Headers; body: string }

/** An address that acknowledges what it is sent; `newest` is what came last. */
export async function openReceiver(): Promise<{ url: string; newest: () => Delivered }> {
  const received: Delivered[] = []
  const url = await listen(async (request) => {
    received.push({ headers: request.headers, body: await request.text() })
    return new Response(null, { status: 204 })
  })
  const newest = () => {
    const last = received.at(-1)
    if (last === undefined) throw new Error('nothing was delivered')
    return last
  }
  return { url: `${url}/notify`, newest }
}
