'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'

type Bridge = {
  invoke: (name: string, request: Record<string, string>, done: (result?: { err_msg?: unknown }) => void) => void
}
type WeChatWindow = Window & { WeixinJSBridge?: Bridge }

/** WeChat puts its bridge into a page some time after the page is there; other programs that use its name never do. */
const BRIDGE_MS_MAX = 5_000

type State = 'idle' | 'waiting' | 'absent' | 'cancelled' | 'failed'

/**
 * Opens WeChat's cashier over this page. What the bridge says afterwards is for display only: whatever it says, the page
 * is rendered again and shows what WeChat told the server. Everything but its two good words is a failure, told as one.
 */
export function JsapiPay({
  id,
  request,
  className,
  label,
  words,
}: {
  id: string
  request: Record<string, string>
  className: string
  label: string
  words: Record<Exclude<State, 'idle'>, string>
}) {
  const router = useRouter()
  const [state, setState] = useState<State>('idle')
  const pay = async () => {
    setState('waiting')
    const bridge = await findBridge()
    if (bridge === null) return setState('absent')
    const said = await invoke(bridge, request)
    setState(STATES[said] ?? 'failed')
    // It may be paid whatever was said; the answer counts that WeChat gives the server.
    if (said !== CANCELLED) await fetch(`/api/orders/${id}/confirm`, { method: 'POST' }).catch(() => null)
    router.refresh()
  }
  return (
    <>
      <button type="button" onClick={pay} aria-busy={state === 'waiting'} className={className}>
        {label}
      </button>
      <p role="status" className={`mt-2 text-sm ${state === 'waiting' ? 'text-faded' : 'text-clay'}`}>
        {state !== 'idle' && words[state]}
      </p>
    </>
  )
}

const CANCELLED = 'get_brand_wcpay_request:cancel'

const STATES: Record<string, State> = { 'get_brand_wcpay_request:ok': 'waiting', [CANCELLED]: 'cancelled' }

function findBridge(): Promise<Bridge | null> {
  const there = () => (window as WeChatWindow).WeixinJSBridge ?? null
  const found = there()
  if (found !== null) return Promise.resolve(found)
  return new Promise((resolve) => {
    const look = () => resolve(there())
    document.addEventListener('WeixinJSBridgeReady', look, { once: true })
    window.setTimeout(look, BRIDGE_MS_MAX)
  })
}

/** What the bridge says, or nothing when it breaks. */
function invoke(bridge: Bridge, request: Record<string, string>): Promise<string> {
  return new Promise((resolve) => {
    try {
      bridge.invoke('getBrandWCPayRequest', request, (result) => resolve(String(result?.err_msg ?? '')))
    } catch {
      resolve('')
    }
  })
}
