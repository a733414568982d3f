'use client'

import { useEffect } from 'react'

/** Longer than WeChat may take to answer; whoever still sees the same page then may press again. */
const SENDING_MS_MAX = 12_000

/**
 * While a form is on its way its button shows so, and a second press does nothing. Without scripts forms work all the
 * same: the server knows two presses of one form as one.
 */
export function SendingForms() {
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
    }
    // A page that comes back from the browser's memory comes as it was left.
    const comeBack = () => {
      for (const form of document.querySelectorAll<HTMLFormElement>('form[data-sending]')) release(form)
    }
    document.addEventListener('submit', begin)
    window.addEventListener('pageshow', comeBack)
    return () => {
      document.removeEventListener('submit', begin)
      window.removeEventListener('pageshow', comeBack)
    }
  }, [])
  return null
}
