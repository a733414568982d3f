import type { ReactNode } from 'react'

const TONES = {
  good: 'bg-mist text-pine',
  waiting: 'bg-honey text-amber',
  over: 'bg-line text-ink',
  alarm: 'bg-blush text-clay',
  hostile: 'bg-card text-ink ring-1 ring-ink/50 ring-inset',
}
export type Tone = keyof typeof TONES

/** A word on a coloured ground. */
export function Chip({ tone, children }: { tone: Tone; children: ReactNode }) {
  return (
    <span
      className={`inline-flex items-center rounded-full px-3 py-1 text-sm font-medium whitespace-nowrap ${TONES[tone]}`}
    >
      {children}
    </span>
  )
}
