import { getTranslations } from 'next-intl/server'
import type { Verdict } from '@/lib/shop/notification'
import { Chip, type Tone } from './chip'

/** Green is settled, amber needs a look or another try, grey is noise that anybody can send. */
const TONES: Record<Verdict, Tone> = {
  applied: 'good',
  already: 'good',
  payment_failed: 'good',
  stray: 'alarm',
  wrong_amount: 'alarm',
  unknown_payment: 'alarm',
  contradicted: 'alarm',
  query_failed: 'waiting',
  not_ours: 'over',
  bad_signature: 'over',
  malformed: 'over',
  failed_transport: 'over',
}

/** A verdict in the reader's language; without one, that the message is being judged. */
export async function VerdictChip({ verdict }: { verdict: Verdict | null }) {
  const t = await getTranslations('verdict')
  const list = await getTranslations('notifications')
  if (verdict === null) return <Chip tone="waiting">{list('unjudged')}</Chip>
  return <Chip tone={TONES[verdict]}>{t(verdict)}</Chip>
}
