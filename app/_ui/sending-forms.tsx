'use client'

import { useRouter } from 'next/navigation'
import { useEffect } from 'react'

/** Longer than WeChat may take to answer; whoever still sees the same page then may press again. */
const SENDING_MS_MAX = 12_000

/**
 * While a form is on its way its button shows so, and a second press does nothing. A form with `data-stay` is sent without
 * leaving the page, and the server says what is to be seen next. Without scripts forms work all the same: the server knows
 * two presses of one form as one.
 */
export function SendingForms() {
  const router = useRouter()
  useEffect(() => {
    const release = (form: HTMLFormElement) => {
      delete form.dataset.sending
      for (const button of form.querySelectorAll('[aria-busy]')) button.removeAttribute('aria-busy')
    }
    const begin = (event: SubmitEvent) => {
      const form = event.target
      if (!(form instanceof HTMLFormElement) || form.method !== 'post') return
      // A file that is fetched leaves its page where it is, and nothing tells that it has arrived.
      if (form.dataset.download !== undefined) return
      if (form.dataset.sending !== undefined) return event.preventDefault()
      form.dataset.sending = ''
      event.submitter?.setAttribute('aria-busy', 'true')
      setTimeout(release, SENDING_MS_MAX, form)
      if (form.dataset.stay === undefined) return
      event.preventDefault()
      const fields = new FormData(form, event.submitter)
      send(form, fields).then(
        (to) => {
          release(form)
          if (to !== location.pathname + location.search) router.replace(to, { scroll: false })
          router.refresh()
        },
        () => {
          // The browser sends it itself then, and shows what comes back.
          release(form)
          delete form.dataset.stay
          form.requestSubmit(event.submitter)
        },
      )
    }
    // In the cart a number that somebody typed counts when they leave its field.
    const change = ({ target }: Event) => {
      if (!(target instanceof HTMLInputElement) || target.form?.dataset.stay !== 'typed') return
      if (target.form.reportValidity()) target.form.requestSubmit()
    }
    // A page that comes back from the browser's memory comes as it was left; the cart may have changed since.
    const comeBack = ({ persisted }: PageTransitionEvent) => {
      for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sending]')) release(form)
      if (persisted) router.refresh()
    }
    document.addEventListener('submit', begin)
    document.addEventListener('change', change)
    window.addEventListener('pageshow', comeBack)
    return () => {
      document.removeEventListener('submit', begin)
      document.removeEventListener('change', change)
      window.removeEventListener('pageshow', comeBack)
    }
  }, [router])
  return null
}

/** Where the page goes on; throws when anything but that comes back. */
async function send(form: HTMLFormElement, fields: FormData): Promise<string> {
  const body = new URLSearchParams([...fields].map(([name, value]) => [name, String(value)]))
  // Not `form.action`: a field with that name stands before it.
  const answer = await fetch(form.getAttribute('action') ?? '', {
    method: 'POST',
    body,
    headers: { accept: 'application/json' },
  })
  const { to }: { to?: unknown } = await answer.json()
  if (typeof to !== 'string') throw new Error('not an answer to a form')
  return to
}
