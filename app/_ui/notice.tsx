import { CircleAlert, CircleCheck } from 'lucide-react'
import { getLocale, getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import zh from '@/lib/i18n/messages/zh.json'
import { limitValues } from '@/lib/web/limit-values'

const TONES = {
  calm: 'border-line bg-mist text-ink',
  warm: 'border-honey bg-honey text-ink',
  alarm: 'border-blush bg-blush text-clay',
}

/** Something the visitor should know now. */
export function Notice({ tone, children }: { tone: keyof typeof TONES; children: ReactNode }) {
  return (
    <div role="status" className={`flex gap-3 rounded-2xl border px-5 py-4 ${TONES[tone]}`}>
      {children}
    </div>
  )
}

type ProblemWord = keyof typeof zh.problem

/**
 * Why a form was refused, from the word in the page's address; words that nobody knows get the general sentence. `minutes`
 * say how long to wait, where that is known.
 */
export async function ProblemNotice({
  code,
  minutes,
  children,
}: {
  code: string | undefined
  minutes?: number | null
  /** What the refusal is about, before its reason. */
  children?: ReactNode
}) {
  if (code === undefined) return null
  const t = await getTranslations('problem')
  const login = await getTranslations('login')
  const known = Object.hasOwn(zh.problem, code) && code !== 'title' ? (code as ProblemWord) : 'internal'
  return (
    <Notice tone={known === 'not_paid_yet' ? 'warm' : 'alarm'}>
      <CircleAlert aria-hidden className="mt-0.5 size-5 shrink-0" />
      <p>
        {children}{' '}
        {known === 'too_many_requests' && minutes
          ? login('wait', { minutes })
          : t(known, limitValues(await getLocale()))}
      </p>
    </Notice>
  )
}

/** What a form did. */
export function DoneNotice({ children }: { children: ReactNode }) {
  return (
    <Notice tone="calm">
      <CircleCheck aria-hidden className="mt-0.5 size-5 shrink-0 text-jade" />
      <p>{children}</p>
    </Notice>
  )
}
