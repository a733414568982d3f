import { getTranslations } from 'next-intl/server'
import { NoteForm } from '../../_ui/note-form'

/** What an operator writes about money that paid no order; then nobody is asked to look at it again. */
export async function ResolveForm({ transactionId, from }: { transactionId: string; from: 'order' | 'list' }) {
  const t = await getTranslations('money')
  const action = `/api/admin/money/${transactionId}/resolve`
  return (
    <NoteForm id={`note-${transactionId}`} action={action} submit={t('resolve')}>
      <input type="hidden" name="from" value={from} />
    </NoteForm>
  )
}
