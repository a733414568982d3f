/** What a process of the shop says once it can be reached, and what it is told when another one has taken its place. */
export type Ready = { type: 'ready'; welcome: string[] }
export const RETIRE = 'retire'

/** A process of the shop, as far as whoever leads it needs to know it. */
export type Member = {
  pid: number | undefined
  onReady: (hear: (ready: Ready) => void) => void
  onExit: (hear: (how: string) => void) => void
  retire: () => void
  kill: (signal: 'SIGTERM' | 'SIGKILL') => void
}

type Program = {
  on: (signal: 'SIGTERM' | 'SIGINT' | 'SIGUSR2', hear: () => void) => unknown
  exit: (code: number) => void
}

export type LeadOptions = {
  count: number
  /** The first one of all may make an empty database where the operator says so, and no later one. */
  fork: (isFirst: boolean) => Member
  program: Program
  /** Called once, with the lines of the first process. */
  welcome: (lines: string[]) => void
  /** Says what whoever looks after the shop should know. */
  tell: (sentence: string) => void
  /** After SIGTERM, what still runs is killed. */
  stopMsMax: number
}

/** The first process that takes the place of one that ended begins after so long; each later one after twice as much. */
const PAUSE_MS = 100
const PAUSE_MS_MAX = 30_000
/** Whoever ran for so long has started well: the next pause is the first again. */
const WELL_MS = 60_000
/** Starts in a row that came to nothing, after which it is given up; as long as another process serves, it never is. */
const STARTS_MAX = 8

type Place = { member: Member | null; readyAt: number | null; failures: number }

/**
 * Leads the processes of one host: the first starts alone, since it brings the database up to date, then the others. One
 * that ends is followed by another. Told to end, all of them end; told to replace them (SIGUSR2), one after the other does,
 * each when the next one can be reached.
 */
export function lead({ count, fork, program, welcome, tell, stopMsMax }: LeadOptions): void {
  const places: Place[] = Array.from({ length: count }, () => ({ member: null, readyAt: null, failures: 0 }))
  const running = new Set<Member>()
  let [hasStarted, isStopping, isReplacing] = [false, false, false]
  let code = 0

  /** Starts a process; `onEnd` hears how it ended, and whether it was ready before. */
  function run(onReady: (ready: Ready) => void, onEnd: (how: string) => void): Member {
    const member = fork(!hasStarted)
    running.add(member)
    member.onReady(onReady)
    member.onExit((how) => {
      running.delete(member)
      if (!isStopping) onEnd(how)
      else if (running.size === 0) program.exit(code)
    })
    return member
  }

  function fill(place: Place): void {
    if (isStopping || place.member !== null) return
    const member = run(
      ({ welcome: lines }) => {
        place.readyAt = performance.now()
        if (!hasStarted) begin(lines)
      },
      (how) => {
        if (place.member === member) lose(place, how)
      },
    )
    Object.assign(place, { member, readyAt: null })
  }

  function begin(lines: string[]): void {
    hasStarted = true
    welcome(lines)
    for (const place of places.slice(1)) fill(place)
  }

  function lose(place: Place, how: string): void {
    if (!hasStarted) {
      // It has said why itself.
      end(1)
      return
    }
    const ranMs = place.readyAt === null ? 0 : performance.now() - place.readyAt
    place.failures = ranMs >= WELL_MS ? 1 : place.failures + 1
    const pid = place.member?.pid
    Object.assign(place, { member: null, readyAt: null })
    const isServed = places.some(({ readyAt }) => readyAt !== null)
    if (place.failures >= STARTS_MAX && !isServed) {
      tell(`The shop's processes do not start any more (the last one ended with ${how}). The shop ends.`)
      end(1)
      return
    }
    tell(`A process of the shop (${pid}) ended with ${how}; another one takes its place.`)
    setTimeout(() => fill(place), Math.min(PAUSE_MS_MAX, PAUSE_MS * 2 ** (place.failures - 1)))
  }

  /** Puts a new process in a place; says whether it came up. The former one ends when that can be reached. */
  function replace(place: Place): Promise<boolean> {
    const former = place.member
    if (former === null || place.readyAt === null) return Promise.resolve(true)
    return new Promise((resolve) => {
      const member = run(
        () => {
          Object.assign(place, { member, readyAt: performance.now(), failures: 0 })
          if (!running.has(former)) return resolve(true)
          former.onExit(() => resolve(true))
          former.retire()
        },
        (how) => {
          if (place.member === member) lose(place, how)
          else resolve(false)
        },
      )
    })
  }

  async function replaceAll(): Promise<void> {
    if (!hasStarted || isStopping || isReplacing) return
    isReplacing = true
    for (const place of places) {
      if (await replace(place)) continue
      tell('A new process of the shop did not come up; the ones that are there go on.')
      break
    }
    isReplacing = false
  }

  function end(how: number): void {
    if (isStopping) return
    isStopping = true
    code = how
    if (running.size === 0) program.exit(code)
    for (const member of running) member.kill('SIGTERM')
    setTimeout(() => {
      for (const member of running) member.kill('SIGKILL')
    }, stopMsMax).unref()
  }

  program.on('SIGTERM', () => end(0))
  program.on('SIGINT', () => end(0))
  program.on('SIGUSR2', () => void replaceAll())
  for (const place of places.slice(0, 1)) fill(place)
}
