import { ArrowLeft, ChevronDown, ChevronUp, RotateCcw } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Notification } from '@/lib/shop/notification'
import { Confirm } from '../../../_ui/confirm'
import { VerdictChip } from '../../../_ui/verdict-chip'
import type { Beside, Neighbour } from '../beside'
import { type ListQuery, listPath, messagePath, TABS, type Tab } from '../list-query'

type Query = Pick<ListQuery, 'filter' | 'after'>

/** Which message it is, what became of it, and the ways from here. */
export async function Head({
  notification: { id, result, replayOf },
  beside,
  tab,
  mayReplay,
}: {
  notification: Notification
  beside: Beside
  tab: Tab
  mayReplay: boolean
}) {
  const t = await getTranslations('notification')
  const why = await getTranslations('verdictWhy')
  return (
    <>
      <Steps beside={beside} tab={tab} />
      <div className="mt-2 flex flex-wrap items-center gap-x-4 gap-y-2">
        <h1 className="text-3xl">{t('title', { id })}</h1>
        <VerdictChip verdict={result?.verdict ?? null} />
      </div>
      {replayOf !== null && (
        <p className="mt-2 flex items-center gap-2 text-faded">
          <RotateCcw aria-hidden className="size-4 shrink-0" />
          <span>
            {t.rich('isReplay', {
              id: replayOf,
              link: (text) => (
                <a href={`/admin/notifications/${replayOf}`} className="text-jade underline">
                  {text}
                </a>
              ),
            })}
          </span>
        </p>
      )}
      <p className="mt-2 max-w-3xl leading-relaxed">{result === null ? t('unprocessed') : why(result.verdict)}</p>
      {mayReplay && (
        <div className="mt-3">
          <Confirm
            action={`/api/admin/notifications/${id}/replay`}
            open={t('replay')}
            text={t('replayText')}
            submit={t('replayNow')}
          />
        </div>
      )}
      <Tabs id={id} query={beside.query} tab={tab} />
    </>
  )
}

/** To the one above and the one below in the list, with the same tab. */
async function Steps({ beside: { newer, older, query }, tab }: { beside: Beside; tab: Tab }) {
  const t = await getTranslations('notification')
  return (
    <nav aria-label={t('steps')} className="flex items-center justify-between gap-2">
      <a
        href={listPath(query.filter, query.after)}
        className="inline-flex min-h-11 items-center gap-2 text-faded hover:text-ink lg:hidden"
      >
        <ArrowLeft aria-hidden className="size-4" />
        {t('back')}
      </a>
      <span className="flex gap-2">
        <Step to={newer} tab={tab} step="previous" label={t('newer')}>
          <ChevronUp aria-hidden className="size-4" />
        </Step>
        <Step to={older} tab={tab} step="next" label={t('older')}>
          <ChevronDown aria-hidden className="size-4" />
        </Step>
      </span>
    </nav>
  )
}

function Step({
  to,
  tab,
  step,
  label,
  children,
}: {
  to: Neighbour | null
  tab: Tab
  step: 'previous' | 'next'
  label: string
  children: ReactNode
}) {
  if (to === null) return null
  return (
    <a
      href={messagePath(to.id, to, tab)}
      rel={step === 'next' ? 'next' : 'prev'}
      data-step={step}
      className="inline-flex min-h-11 items-center gap-1.5 rounded-full border border-line bg-card px-4 text-sm hover:border-jade"
    >
      {children}
      {label}
    </a>
  )
}

/** One part of the message at a time; which one stands in the address. */
async function Tabs({ id, query, tab }: { id: number; query: Query; tab: Tab }) {
  const t = await getTranslations('notification')
  return (
    <nav aria-label={t('parts')} className="mt-5 border-b border-line">
      <ul className="flex flex-wrap gap-x-1">
        {TABS.map((it) => (
          <li key={it}>
            <a
              href={messagePath(id, query, it)}
              aria-current={it === tab ? 'page' : undefined}
              className="-mb-px inline-flex min-h-11 items-center border-b-2 border-transparent px-3 text-faded hover:text-ink aria-[current]:border-jade aria-[current]:text-ink sm:px-4"
            >
              {t(`tab.${it}`)}
            </a>
          </li>
        ))}
      </ul>
    </nav>
  )
}
