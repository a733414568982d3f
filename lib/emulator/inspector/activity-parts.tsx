/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import type { Activity } from '../ledger/activity'
import type { Delivery } from '../ledger/schema'
import { Tag, type Tone } from './frame'
import type { InspectorWords } from './words'

/** Which notification it is: of the payment, or of a refund. */
export function attemptName(
  { attempt, outRefundNo }: Pick<Delivery, 'attempt' | 'outRefundNo'>,
  words: InspectorWords,
): string {
  return outRefundNo === null ? words.attempt(attempt) : words.refund.attempt(attempt)
}

/** The last part of a path, which is what everybody calls it. */
export function endpointOf(path: string): string {
  return path.slice(path.lastIndexOf('/') + 1)
}

/** Which way it went: a call comes in, a delivery goes out. */
export function Arrow({ kind, words }: { kind: Activity['kind']; words: InspectorWords }) {
  return (
    <svg class={`arrow ${kind}`} viewBox="0 0 24 24" width="28" height="28" role="img" aria-label={words.kind[kind]}>
      <rect width="24" height="24" rx="8" />
      <path d={kind === 'call' ? 'M16 8 8.5 15.5M8.5 10v5.5H14' : 'M8 16l7.5-7.5M10 8.5h5.5V14'} />
    </svg>
  )
}

export function ActivityTag({ activity, words }: { activity: Activity; words: InspectorWords }) {
  if (activity.kind === 'delivery') return <OutcomeTag outcome={activity.delivery.outcome} words={words} />
  const { outcome, answered } = activity.call
  if (!answered) return <Tag tone="bad">{words.notAnswered}</Tag>
  return <Tag tone={outcome === 'SUCCESS' ? 'good' : 'bad'}>{visibleText(outcome)}</Tag>
}

export function OutcomeTag({ outcome, words }: { outcome: Delivery['outcome']; words: InspectorWords }) {
  const tones: Partial<Record<Delivery['outcome'], Tone>> = { accepted: 'good', waiting: 'wait', sending: 'wait' }
  return <Tag tone={tones[outcome] ?? 'bad'}>{words.outcome[outcome]}</Tag>
}
