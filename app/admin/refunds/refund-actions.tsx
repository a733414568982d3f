import { getLocale, getTranslations } from 'next-intl/server'
import { NOTE_LENGTH_MAX } from '@/lib/shop/limits'
import { formatFen } from '@/lib/shop/money'
import { isWish, mayBeRerouted, needsResolution, type Refund } from '@/lib/shop/refund'
import { ActionForm } from '../../_ui/action-form'
import { Button } from '../../_ui/button'
import { OPENS } from '../../_ui/confirm'
import { NoteForm } from '../../_ui/note-form'

/** What an operator can do about a refund now: answer a wish, see to what WeChat cannot carry out, query. */
export async function RefundActions({ refund, back }: { refund: Refund; back: string }) {
  const isToSee = refund.resolvedAt === null && needsResolution(refund)
  const mayQuery = refund.approvedAt !== null && (refund.endedAt === null || refund.status === 'abnormal')
  return (
    <>
      {isWish(refund) && <WishForm refund={refund} back={back} />}
      {isToSee && <SeenForm refund={refund} back={back} />}
      {mayBeRerouted(refund) && <RerouteForm refund={refund} back={back} />}
      {mayQuery && <QueryForm refund={refund} back={back} />}
    </>
  )
}

const pathOf = ({ outRefundNo }: Refund, action: 'approve' | 'decline' | 'query' | 'resolve' | 'reroute') =>
  `/api/admin/refunds/${encodeURIComponent(outRefundNo)}/${action}`

/** The buyer reads the sentence, here and in the app. */
async function WishForm({ refund, back }: { refund: Refund; back: string }) {
  const t = await getTranslations('refundCard')
  const id = `note-${refund.outRefundNo}`
  const amount = formatFen(refund.amountFen, await getLocale())
  return (
    <details className="mt-3 border-t border-line pt-3">
      <summary className={OPENS}>{t('answer')}</summary>
      <ActionForm action={pathOf(refund, 'approve')} className="mt-3 flex flex-col gap-2">
        <input type="hidden" name="back" value={back} />
        <p className="text-sm">{t('wish')}</p>
        <label htmlFor={id} className="text-sm text-faded">
          {t('sentence')}
        </label>
        <textarea
          id={id}
          name="note"
          maxLength={NOTE_LENGTH_MAX}
          rows={2}
          aria-describedby={`${id}-hint`}
          className="w-full rounded-xl border border-line bg-paper px-3 py-2 text-base text-ink"
        />
        <p id={`${id}-hint`} className="text-sm text-faded">
          {t('sentenceHint')} {t('finalAnswer')}
        </p>
        <div className="flex flex-wrap gap-3">
          <Button>{t('approve', { amount })}</Button>
          <Button look="plain" formAction={pathOf(refund, 'decline')}>
            {t('decline')}
          </Button>
        </div>
      </ActionForm>
    </details>
  )
}

/** What only somebody in WeChat's console can do or tell, and a place to write that it was done. */
async function SeenForm({ refund, back }: { refund: Refund; back: string }) {
  const t = await getTranslations('refundCard')
  const kind = refund.status === 'abnormal' ? 'abnormal' : 'foreign'
  return (
    <div className="mt-3 border-t border-line pt-3">
      <p className="font-medium text-clay">{t(`${kind}Title`)}</p>
      <p className="mt-1 text-sm leading-relaxed">{t(`${kind}Text`)}</p>
      <NoteForm
        id={`note-${refund.outRefundNo}`}
        action={pathOf(refund, 'resolve')}
        label={t(`${kind}Note`)}
        submit={t(`${kind}Done`)}
      >
        <input type="hidden" name="back" value={back} />
      </NoteForm>
    </div>
  )
}

/** The other way out of an abnormal one: WeChat pays the shop's own card, and the shop pays the buyer. */
async function RerouteForm({ refund, back }: { refund: Refund; back: string }) {
  const t = await getTranslations('refundCard')
  return (
    <div className="mt-3 border-t border-line pt-3">
      <p className="text-sm leading-relaxed">{t('rerouteText')}</p>
      <NoteForm
        id={`reroute-${refund.outRefundNo}`}
        action={pathOf(refund, 'reroute')}
        label={t('rerouteNote')}
        submit={t('reroute')}
      >
        <input type="hidden" name="back" value={back} />
      </NoteForm>
    </div>
  )
}

async function QueryForm({ refund, back }: { refund: Refund; back: string }) {
  const t = await getTranslations('refundCard')
  return (
    <ActionForm action={pathOf(refund, 'query')} className="mt-3">
      <input type="hidden" name="back" value={back} />
      <Button look="plain">{t('query')}</Button>
    </ActionForm>
  )
}
