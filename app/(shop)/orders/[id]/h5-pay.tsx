'use client'

import { useRouter } from 'next/navigation'
import { type MouseEvent, useState } from 'react'

/**
 * Opens WeChat's payment page. Its link lives for five minutes and works only from the address that it was made for, so
 * at the tap the server is asked for one that holds now and here; mostly it is the same. Without scripts the link of the
 * page is what there is, and where that does not hold any more, a form that gets another.
 */
export function H5Pay({
  id,
  link,
  className,
  label,
  failed,
}: {
  id: string
  /** WeChat's link as long as it holds for who looks at the page. */
  link: string | null
  className: string
  label: string
  failed: string
}) {
  const router = useRouter()
  const [hasFailed, setFailed] = useState(false)
  const [isBusy, setBusy] = useState(false)
  const pay = async (event: MouseEvent) => {
    event.preventDefault()
    setBusy(true)
    const fresh = await fetchLink(id)
    setBusy(false)
    setFailed(fresh === null)
    if (fresh !== null) window.location.assign(fresh)
    // Perhaps it is paid or closed by now: then the page shows that.
    else router.refresh()
  }
  return (
    <>
      {link === null ? (
        <>
          <button type="button" onClick={pay} aria-busy={isBusy} className={`${className} noscript:hidden`}>
            {label}
          </button>
          <form method="post" action={`/api/orders/${id}/prepay`} className="hidden noscript:block">
            <input type="hidden" name="channel" value="h5" />
            <button type="submit" className={className}>
              {label}
            </button>
          </form>
        </>
      ) : (
        <a href={link} onClick={pay} aria-busy={isBusy} className={className}>
          {label}
        </a>
      )}
      <p role="status" className="mt-2 text-sm text-clay">
        {hasFailed && failed}
      </p>
    </>
  )
}

async function fetchLink(id: string): Promise<string | null> {
  try {
    const answer = await fetch(`/api/orders/${id}/prepay`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify({ channel: 'h5' }),
    })
    const { mwebUrl }: { mwebUrl?: unknown } = await answer.json()
    return typeof mwebUrl === 'string' ? mwebUrl : null
  } catch {
    return null
  }
}
