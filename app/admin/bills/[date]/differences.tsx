import Link from 'next/link'
import { getFormatter, getTranslations } from 'next-intl/server'
import type { Admin } from '@/lib/admin/session'
import { getShop } from '@/lib/runtime'
import type { Day } from '@/lib/shop/beijing'
import type { DifferenceKind } from '@/lib/shop/difference'
import { ButtonLink } from '../../../_ui/button'
import { FilterChoice, FilterText, ListFilter } from '../../../_ui/filter-field'
import { NoteForm } from '../../../_ui/note-form'
import { DifferenceCard } from './difference-card'
import { type DayQuery, dayPath } from './list-query'

const PAGE = 30

type Props = { day: Day; query: DayQuery; isCompared: boolean; admin: Admin }

/** What the bills and the shop did not agree on, first what is open; a long list can be narrowed down. */
export async function Differences({ day, query, isCompared, admin }: Props) {
  const t = await getTranslations('bills')
  const { store } = await getShop()
  const { isEnded, kind, number, after } = query
  const counts = await store.countDifferences(day)
  const sumOf = (list: 'open' | 'ended') => counts.reduce((sum, it) => sum + it[list], 0)
  const isNarrowed = kind !== null || number !== null
  // One more than is shown tells whether there are further ones.
  const found = await store.listDifferences(day, { isOpen: !isEnded, kind, number, after, limit: PAGE + 1 })
  const shown = found.slice(0, PAGE)
  const all = { isEnded, kind: null, number: null, after: null }
  return (
    <>
      <div className="mt-8 mb-3 flex flex-wrap items-center justify-between gap-3">
        <h2 className="text-xl">{t('differences')}</h2>
        <Export day={day} />
      </div>
      <nav aria-label={t('differences')} className="mb-4 flex flex-wrap gap-2">
        <Tab href={dayPath(day, { ...all, isEnded: false })} isCurrent={!isEnded}>
          {t('tabOpen', { count: sumOf('open') })}
        </Tab>
        <Tab href={dayPath(day, { ...all, isEnded: true })} isCurrent={isEnded}>
          {t('tabEnded', { count: sumOf('ended') })}
        </Tab>
      </nav>
      {(isNarrowed || sumOf(isEnded ? 'ended' : 'open') > PAGE) && <Filter day={day} query={query} counts={counts} />}
      {kind !== null && !isEnded && admin.role === 'operator' && openOf(counts, kind) > 1 && (
        <AcceptAll day={day} kind={kind} count={openOf(counts, kind)} />
      )}
      {shown.length === 0 && (
        <p className="text-faded">
          {t(isNarrowed ? 'noneFound' : isEnded ? 'noEnded' : isCompared ? 'noOpen' : 'notCompared')}
        </p>
      )}
      <ul className="grid items-start gap-4 lg:grid-cols-2">
        {shown.map((difference) => (
          <DifferenceCard key={difference.id} difference={difference} admin={admin} back={dayPath(day, query)} />
        ))}
      </ul>
      <nav aria-label={t('pages')} className="mt-4 flex flex-wrap gap-3">
        {after !== null && (
          <ButtonLink look="plain" href={dayPath(day, { ...query, after: null })}>
            {t('first')}
          </ButtonLink>
        )}
        {found.length > PAGE && (
          <ButtonLink look="plain" href={dayPath(day, { ...query, after: shown.at(-1)?.id ?? null })}>
            {t('more')}
          </ButtonLink>
        )}
      </nav>
    </>
  )
}

type Counts = { kind: DifferenceKind; open: number; ended: number }[]

function openOf(counts: Counts, kind: DifferenceKind): number {
  return counts.find((it) => it.kind === kind)?.open ?? 0
}

/** One cause can make very many differences of a kind; one note ends them. */
async function AcceptAll({ day, kind, count }: { day: Day; kind: DifferenceKind; count: number }) {
  const t = await getTranslations('bills')
  return (
    <div className="mb-4">
      <NoteForm
        id="note-all"
        action={`/api/admin/bills/${day}/accept`}
        label={t('acceptNote')}
        submit={t('acceptAll', { count })}
      >
        <input type="hidden" name="kind" value={kind} />
        <input type="hidden" name="back" value={`/admin/bills/${day}?kind=${kind}`} />
      </NoteForm>
    </div>
  )
}

async function Filter({ day, query, counts }: { day: Day; query: DayQuery; counts: Counts }) {
  const t = await getTranslations('bills')
  const format = await getFormatter()
  const { isEnded, kind, number } = query
  const listed = counts.filter((it) => it.kind === kind || it[isEnded ? 'ended' : 'open'] > 0)
  const labelOf = (it: Counts[number]) => {
    return `${t(`difference.${it.kind}`)} (${format.number(it[isEnded ? 'ended' : 'open'])})`
  }
  return (
    <ListFilter
      path={dayPath(day, { isEnded, kind: null, number: null, after: null })}
      words={{ filter: t('filter'), apply: t('apply'), clear: t('clear') }}
    >
      {isEnded && <input type="hidden" name="list" value="ended" />}
      <FilterText name="number" label={t('number')} text={number} lengthMax={64} wide />
      <FilterChoice
        name="kind"
        label={t('kindOf')}
        all={t('allKinds')}
        chosen={kind}
        options={listed.map((it) => [it.kind, labelOf(it)])}
      />
    </ListFilter>
  )
}

function Tab({ href, isCurrent, children }: { href: string; isCurrent: boolean; children: string }) {
  return (
    <Link
      href={href}
      prefetch={false}
      aria-current={isCurrent ? 'page' : undefined}
      className="inline-flex min-h-11 items-center rounded-full border border-line px-4 text-sm hover:border-jade aria-[current]:border-pine aria-[current]:bg-mist"
    >
      {children}
    </Link>
  )
}

async function Export({ day }: { day: Day }) {
  const t = await getTranslations('bills')
  return (
    <form method="post" action={`/api/admin/bills/${day}/export`} data-download="">
      <button type="submit" className="inline-flex min-h-11 cursor-pointer items-center text-jade underline">
        {t('export')}
      </button>
    </form>
  )
}
