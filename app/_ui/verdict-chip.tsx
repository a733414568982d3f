import { getTranslations } from 'next-intl/server'
import type { Verdict } from '@/lib/shop/notification'
import { Chip, type Tone } from './chip'

/** Green moved an order, grey is harmless, amber is asked again, red needs a look, hollow is what anybody can send. */
export const VERDICT_TONES: Record<Verdict, Tone> = {
  applied: 'good',
  already: 'over',
  payment_failed: 'over',
  stray: 'alarm',
  wrong_amount: 'alarm',
  unknown_payment: 'alarm',
  contradicted: 'alarm',
  query_failed: 'waiting',
  not_ours: 'hostile',
  bad_signature: 'hostile',
  malformed: 'hostile',
  failed_transport: 'hostile',
  refund_applied: 'good',
  refund_already: 'over',
  unknown_refund: 'alarm',
  undecryptable: 'hostile',
  expired: 'hostile',
  unknown_event: 'over',
}

/** A verdict in the reader's language; without one, that the message is being processed. */
export async function VerdictChip({ verdict }: { verdict: Verdict | null }) {
  const t = await getTranslations('verdict')
  const list = await getTranslations('notifications')
  if (verdict === null) return <Chip tone="waiting">{list('unprocessed')}</Chip>
  return <Chip tone={VERDICT_TONES[verdict]}>{t(verdict)}</Chip>
}
