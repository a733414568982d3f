import { getFormatter, getLocale, getTranslations } from 'next-intl/server'
import { getShop } from '@/lib/runtime'
import type { Day } from '@/lib/shop/beijing'
import { BILL_PROBLEMS, type BillFile, type BillKind, isTradeTotals, type ReviewedBillDay } from '@/lib/shop/bill'
import { formatClaim } from '@/lib/shop/money'
import { ActionForm } from '../../../_ui/action-form'
import { Button } from '../../../_ui/button'
import { Chip } from '../../../_ui/chip'
import { When } from '../../../_ui/when'
import { STANDING_TONES, standingOfDay } from '../words'

type Props = { day: Day; kind: BillKind; bill: ReviewedBillDay | undefined; mayFetch: boolean }

/** One bill of a day: how far it is, what it comes to, its files, and a way to fetch it. */
export async function BillCard({ day, kind, bill, mayFetch }: Props) {
  const t = await getTranslations('bills')
  const { store, gateway } = await getShop()
  const files = await store.listBillFiles({ day, kind })
  const isOff = kind === 'fund_flow' && gateway.whyNoFundFlow() !== null
  const standing = bill && standingOfDay(bill)
  return (
    <section className="min-w-0 rounded-2xl border border-line bg-card p-4">
      <h3 className="flex flex-wrap items-center gap-3 text-lg">
        {t(`kind.${kind}`)}
        {standing && <Chip tone={STANDING_TONES[standing]}>{t(`standing.${standing}`)}</Chip>}
      </h3>
      {bill === undefined && <p className="mt-2 text-sm text-faded">{t(isOff ? 'fundFlowOff' : 'standing.none')}</p>}
      {bill !== undefined && <Standing bill={bill} />}
      <Files files={files} current={bill?.fileId ?? null} />
      {mayFetch && !isOff && (
        <ActionForm action={`/api/admin/bills/${day}/fetch`} className="mt-3">
          <input type="hidden" name="kind" value={kind} />
          <input type="hidden" name="back" value={`/admin/bills/${day}`} />
          <Button look="plain">{t('fetch')}</Button>
        </ActionForm>
      )}
    </section>
  )
}

async function Standing({ bill }: { bill: ReviewedBillDay }) {
  const t = await getTranslations('bills')
  const locale = await getLocale()
  const { problem, problemLine, nextCheckAt, comparedAt, totals } = bill
  return (
    <>
      {problem !== null && (
        <p className="mt-2 text-sm">
          <ProblemText problem={problem} />
          {problemLine !== null && ` ${t('atLine', { line: problemLine })}`}
        </p>
      )}
      {totals !== null && !isTradeTotals(totals) && (
        <p className="mt-2 text-sm tabular-nums">
          {t('flow', {
            income: formatClaim(totals.incomeFen, locale),
            expense: formatClaim(totals.expenseFen, locale),
            net: formatClaim(totals.incomeFen - totals.expenseFen, locale),
          })}
          {totals.otherFen ? t('flowOther', { amount: formatClaim(totals.otherFen, locale) }) : null}
        </p>
      )}
      {comparedAt !== null && (
        <p className="mt-2 text-sm text-faded">
          {t('comparedAt')} <When at={comparedAt} seconds />
        </p>
      )}
      {nextCheckAt !== null && (
        <p className="mt-2 text-sm text-faded">
          {t('nextCheck')} <When at={nextCheckAt} seconds />
        </p>
      )}
    </>
  )
}

const KNOWN = [
  ...BILL_PROBLEMS,
  ...([
    'creating',
    'no_bill',
    'trade_bill_waiting',
    'timeout',
    'no_connection',
    'broken_gzip',
    'empty',
    'hash_differs',
  ] as const),
] as const

/** Why there is no bill yet, in words; what only WeChat can name stands as it is. */
async function ProblemText({ problem }: { problem: string }) {
  const t = await getTranslations('bills')
  const known = KNOWN.find((it) => it === problem)
  if (known !== undefined) return t(`problem.${known}`)
  return (
    <>
      {t('problem.other')} <code className="font-mono break-all">{problem}</code>
    </>
  )
}

/** All files of a bill: one that came out different is kept beside the first. */
async function Files({ files, current }: { files: BillFile[]; current: number | null }) {
  const t = await getTranslations('bills')
  const format = await getFormatter()
  if (files.length === 0) return null
  return (
    <>
      {files.length > 1 && <p className="mt-3 text-sm text-clay">{t('severalFiles')}</p>}
      <ul className="mt-3 flex flex-col gap-3">
        {files.map(({ id, day, kind, sha256, bytes, fetchedAt }) => (
          <li key={id} className="border-t border-line pt-2 text-sm">
            <p className="tabular-nums">
              <When at={fetchedAt} seconds /> · {t('bytes', { count: format.number(bytes) })}
              {id === current && <span className="text-faded"> · {t('current')}</span>}
            </p>
            <p className="font-mono text-xs break-all text-faded">SHA-256 {sha256}</p>
            <form method="post" action={`/api/admin/bills/${day}/file`} data-download="">
              <input type="hidden" name="kind" value={kind} />
              <input type="hidden" name="id" value={id} />
              <button type="submit" className="inline-flex min-h-11 cursor-pointer items-center text-jade underline">
                {t('download')}
              </button>
            </form>
          </li>
        ))}
      </ul>
    </>
  )
}
