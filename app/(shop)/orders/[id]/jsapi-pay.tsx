'use client'

import { useRouter } from 'next/navigation'
import { useState } from 'react'

type Bridge = {
  invoke: (name: string, request: Record<string, string>, done: (result: { err_msg: string }) => void) => void
}

/**
 * Opens WeChat's cashier over this page. What the bridge says afterwards is for display only, so the page is rendered
 * again and shows what WeChat told the server.
 */
export function JsapiPay({
  request,
  className,
  label,
  failed,
}: {
  request: Record<string, string>
  className: string
  label: string
  failed: string
}) {
  const router = useRouter()
  const [hasFailed, setFailed] = useState(false)
  const pay = () => {
    const bridge = (window as Window & { WeixinJSBridge?: Bridge }).WeixinJSBridge
    if (bridge === undefined) return setFailed(true)
    bridge.invoke('getBrandWCPayRequest', request, ({ err_msg }) => {
      setFailed(err_msg.endsWith(':fail'))
      router.refresh()
    })
  }
  return (
    <>
      <button type="button" onClick={pay} className={className}>
        {label}
      </button>
      <p role="status" className="mt-2 text-sm text-clay">
        {hasFailed && failed}
      </p>
    </>
  )
}
