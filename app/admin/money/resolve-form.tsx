import { getTranslations } from 'next-intl/server'
import { NOTE_LENGTH_MAX } from '@/lib/shop/limits'
import { ActForm } from '../../_ui/act-form'
import { Button } from '../../_ui/button'

/** What an operator writes about money that paid no order; then nobody is asked to look at it again. */
export async function ResolveForm({ transactionId, from }: { transactionId: string; from: 'order' | 'list' }) {
  const t = await getTranslations('money')
  const id = `note-${transactionId}`
  return (
    <ActForm action={`/api/admin/money/${transactionId}/resolve`} className="mt-3 flex flex-col gap-2">
      <input type="hidden" name="from" value={from} />
      <label htmlFor={id} className="text-sm text-faded">
        {t('note')}
      </label>
      <textarea
        id={id}
        name="note"
        required
        maxLength={NOTE_LENGTH_MAX}
        rows={2}
        className="w-full rounded-xl border border-line bg-paper px-3 py-2 text-base text-ink"
      />
      <div>
        <Button look="plain">{t('resolve')}</Button>
      </div>
    </ActForm>
  )
}
