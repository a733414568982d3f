import type { StoreProblem } from '@/lib/shop/store'

/**
 * What is not as it should be, in words that tell a stranger nothing. `stopping`: a balancer is to ask another
 * instance. `worker_late`: nothing has been followed for long.
 */
export const HEALTH_PROBLEMS = [
  'stopping',
  'not_writable',
  'not_readable',
  'disk_full',
  'log_large',
  'worker_late',
  'notifications_refused',
  'certificate_ends_soon',
  'certificate_expired',
] as const
export type HealthProblem = (typeof HEALTH_PROBLEMS)[number]

/** With these the shop still sells. */
const HARMLESS: ReadonlySet<HealthProblem> = new Set([
  'log_large',
  'notifications_refused',
  'certificate_ends_soon',
  'certificate_expired',
])

/** A look that is older says nothing about now. */
const LOOK_MS_MAX = 3_000
/** A round of the worker may wait for WeChat, several times. */
const WORKER_MS_MAX = 60_000
/** That messages were sent away is said for so long after the last one. */
const REFUSED_MS = 60_000

export type Health = {
  /** Tries what the shop needs; several who ask at once share one look. */
  look: () => Promise<void>
  /** Remembers that the worker has done a round. */
  noteRound: () => void
  /** What the last look has found, which is not old. */
  state: () => Promise<{ status: 'ok' | 'degraded' | 'unavailable'; problems: HealthProblem[] }>
}

/** What health is read off. */
export type Signs = {
  check: () => Promise<StoreProblem[]>
  ping: () => Promise<void>
  certificateProblem: () => HealthProblem | null
  /** How many messages were sent away since the start. */
  countRefused: () => number
  /** Whether this process is about to end, and wants no more requests. */
  isStopping: () => boolean
}

/** Keeps what is known of the shop's health. Time is the process's own: a clock that is set must not make it late. */
export function openHealth({ check, ping, certificateProblem, countRefused, isStopping }: Signs): Health {
  let [found, foundAt]: [StoreProblem[], number] = [[], Number.NEGATIVE_INFINITY]
  let roundAt: number | null = null
  let [refused, refusedAt] = [0, Number.NEGATIVE_INFINITY]
  let looking: Promise<void> | null = null

  async function lookOnce(): Promise<void> {
    found = await check()
    foundAt = performance.now()
    lookForRefused()
  }
  function lookForRefused(): void {
    const count = countRefused()
    if (count > refused) refusedAt = performance.now()
    refused = count
  }
  function look(): Promise<void> {
    looking ??= lookOnce().finally(() => {
      looking = null
    })
    return looking
  }
  return {
    look,
    noteRound: () => {
      roundAt = performance.now()
    },
    state: async () => {
      if (performance.now() - foundAt > LOOK_MS_MAX) await look()
      const canRead = await ping().then(
        () => true,
        () => false,
      )
      const isLate = roundAt !== null && performance.now() - roundAt > WORKER_MS_MAX
      const problems = new Set<HealthProblem>(found)
      if (isStopping()) problems.add('stopping')
      if (!canRead) problems.add('not_readable')
      if (isLate) problems.add('worker_late')
      lookForRefused()
      if (performance.now() - refusedAt < REFUSED_MS) problems.add('notifications_refused')
      const ofCertificate = certificateProblem()
      if (ofCertificate !== null) problems.add(ofCertificate)
      const all = [...problems]
      if (all.length === 0) return { status: 'ok', problems: all }
      return { status: all.every((it) => HARMLESS.has(it)) ? 'degraded' : 'unavailable', problems: all }
    },
  }
}
