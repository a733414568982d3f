import { getTranslations } from 'next-intl/server'
import { Notice } from './notice'

const DONE = [
  ...(['queried', 'closed', 'shipped', 'tracked', 'resolved', 'reviewed'] as const),
  ...(['refunded', 'approved', 'declined', 'refund_queried', 'refund_resolved', 'refund_rerouted'] as const),
  ...(['bill_fetched', 'difference_queried', 'difference_accepted'] as const),
  ...(['difference_recorded', 'difference_refunded'] as const),
] as const

/** Says that an action was done, by the word in the page's address. */
export async function DoneNotice({ word }: { word: string | undefined }) {
  const known = DONE.find((it) => it === word)
  if (known === undefined) return null
  const t = await getTranslations('adminOrder')
  return (
    <Notice tone="calm">
      <p>{t(`done.${known}`)}</p>
    </Notice>
  )
}
