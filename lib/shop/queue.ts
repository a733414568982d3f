/** Where a message stands until its turn comes, and until it has left. */
export type Place = {
  /** How many had to leave first when it came; 0 when its turn came at once. */
  ahead: number
  turn: Promise<void>
  leave: () => void
}

export type Queue = {
  /** A place for a message of so many bytes; null when the queue is as long as it may be. */
  join: (bytes: number) => Place | null
  /** How long a new place waits until its turn, in milliseconds, as fast as things go now. */
  waitMs: (place: Place) => number
  hasWaiting: () => boolean
  /** Gives the turn to whoever may have it; called by itself whenever somebody joins or leaves. */
  serve: () => void
  /** From now on nobody's turn comes; resolves when all whose turn it is have left. */
  end: () => Promise<void>
}

export type QueueLimits = {
  /** So many have their turn at the same time, and so many bytes; a single message may be larger. */
  atOnce: number
  bytesAtOnce: number
  waitingMax: number
  waitingBytesMax: number
  /** Whether a turn may come now, for a queue that stands behind another one. */
  mayServe?: () => boolean
  /** Calls back when the process has time for the next turns; left out, it has it at once. */
  whenReady?: (call: () => void) => void
  onLeave?: () => void
}

type Standing = { bytes: number; begin: () => void; isServed: boolean; hasLeft: boolean }

/** Of how many departures the pace is made up; fewer say nothing. */
const PACE_OF = { min: 16, max: 512 }

/** Messages that wait for each other: first come, first served, so many at a time. */
export function openQueue(limits: QueueLimits): Queue {
  const waiting = new Set<Standing>()
  let waitingBytes = 0
  let running = 0
  let runningBytes = 0
  let isEnded = false
  let isCalled = false
  let onIdle = () => {}
  const pace = openPace()

  function serve(): void {
    if (isCalled || waiting.size === 0) return
    isCalled = true
    const go = () => {
      isCalled = false
      serveNow()
    }
    if (limits.whenReady === undefined) go()
    else limits.whenReady(go)
  }

  function serveNow(): void {
    for (const next of waiting) {
      const isFull = running >= limits.atOnce || (running > 0 && runningBytes + next.bytes > limits.bytesAtOnce)
      if (isEnded || isFull || limits.mayServe?.() === false) return
      waiting.delete(next)
      waitingBytes -= next.bytes
      running += 1
      runningBytes += next.bytes
      next.isServed = true
      next.begin()
    }
  }

  function leave(standing: Standing): void {
    if (standing.hasLeft) return
    standing.hasLeft = true
    if (waiting.delete(standing)) waitingBytes -= standing.bytes
    if (!standing.isServed) return
    running -= 1
    runningBytes -= standing.bytes
    pace.count(waiting.size > 0)
    if (running === 0) onIdle()
    serve()
    limits.onLeave?.()
  }

  return {
    join(bytes) {
      if (waiting.size >= limits.waitingMax || waitingBytes + bytes > limits.waitingBytesMax) return null
      let begin = () => {}
      const turn = new Promise<void>((resolve) => {
        begin = resolve
      })
      const standing = { bytes, begin, isServed: false, hasLeft: false }
      waiting.add(standing)
      waitingBytes += bytes
      serve()
      return { ahead: standing.isServed ? 0 : waiting.size, turn, leave: () => leave(standing) }
    },
    waitMs: ({ ahead }) => ahead * pace.msEach(),
    hasWaiting: () => waiting.size > 0,
    serve,
    end() {
      isEnded = true
      return new Promise((resolve) => {
        onIdle = resolve
        if (running === 0) resolve()
      })
    },
  }
}

/** How many milliseconds pass between two departures while others wait. */
function openPace() {
  let since = 0
  let departures = 0
  let msEach = 0
  return {
    count(isBusy: boolean): void {
      const now = performance.now()
      // A pause says nothing about how fast things go.
      if (!isBusy || departures === 0) since = now
      departures = isBusy ? departures + 1 : 0
      if (departures < PACE_OF.min) return
      msEach = (now - since) / departures
      if (departures < PACE_OF.max) return
      since = now
      departures = 1
    },
    msEach: () => msEach,
  }
}
