import { AsyncLocalStorage } from 'node:async_hooks'
import type { Chance } from './chance'

/** Whoever waits on the agenda; what belongs to a process is forgotten when that dies. */
export type Owner = object | null

type Entry = { at: number; what: string; owner: Owner; wake: () => void }

export type Agenda = ReturnType<typeof openAgenda>

/** Kept, because a storm puts its own timers in place of the real ones. */
const { setImmediate, setTimeout, clearTimeout } = globalThis
const performanceNow = performance.now.bind(performance)

/**
 * Whose timers are an agenda's: those of what runs in its time, but for what deals with a real server. What an earlier test
 * left running in this process is in nobody's time.
 */
const time = new AsyncLocalStorage<'virtual' | 'real'>()

/** Until everything that could go on without waiting has done so: a step of the store takes a turn of the event loop. */
async function rest(): Promise<void> {
  for (let turn = 0; turn < 3; turn += 1) await new Promise<void>((resolve) => setImmediate(resolve))
}

/**
 * Virtual time. Everybody who waits stands here: for an instant, or only for a turn. Of all whose time has come, chance
 * picks one, and it alone goes on until everybody waits again: so any interleaving of the seams can happen, and the
 * same chance makes the same one. When nobody's time has come, time jumps to the next instant.
 */
export function openAgenda(startsAt: number, chance: Chance, tell: (line: string) => void) {
  let now = startsAt
  let steps = 0
  const entries = new Set<Entry>()
  const held = new Set<Promise<unknown>>()

  const add = (ms: number, what: string, owner: Owner, wake: () => void): Entry => {
    const entry = { at: now + ms, what, owner, wake }
    entries.add(entry)
    return entry
  }

  const nextAt = (): number => {
    let at = Number.POSITIVE_INFINITY
    for (const entry of entries) if (entry.at < at) at = entry.at
    return at
  }

  const hold = async <T>(work: Promise<T>): Promise<T> => {
    held.add(work)
    return work.finally(() => held.delete(work))
  }

  /** Until everybody waits for a turn, or for an instant. */
  const settle = async (): Promise<void> => {
    for (await rest(); held.size > 0; await rest()) await Promise.allSettled(held)
  }

  return {
    now: () => now,
    steps: () => steps,

    /** Waits for a turn, at the earliest in `ms` milliseconds. */
    wait: (ms: number, what: string, owner: Owner = null): Promise<void> =>
      new Promise((resolve) => {
        add(ms, what, owner, resolve)
      }),

    /** Nothing else happens before this work is done, however many turns it takes. */
    hold,

    /** The same for work at a real server, which takes real time; it counts as a moment. */
    step: <T>(work: () => Promise<T>): Promise<T> => hold(time.run('real', work)),

    /** Nothing that this owner waits for will ever happen. */
    forget: (owner: Owner): void => {
      for (const entry of entries) if (entry.owner === owner) entries.delete(entry)
    },

    /**
     * Lets everything happen up to an instant. `onStep` is called before each step, and `dueAt` tells what else falls
     * due, by itself and at which instant; `onDue` begins that.
     */
    run: async (until: number, on: { step: () => void; dueAt: () => number; due: () => void }): Promise<void> => {
      for (;;) {
        await settle()
        on.step()
        const due = [...entries].filter((entry) => entry.at <= now)
        if (due.length > 0) {
          const entry = chance.pick(due)
          entries.delete(entry)
          steps += 1
          tell(entry.what)
          entry.wake()
          continue
        }
        const next = Math.min(nextAt(), on.dueAt())
        if (next > until) {
          now = until
          return
        }
        now = Math.max(now, next)
        on.due()
      }
    },

    /** Runs `work` with this agenda's timers in place of the real ones. */
    withTimers: async <T>(work: () => Promise<T>): Promise<T> => {
      type Timer = Entry | ReturnType<typeof setTimeout>
      const later = (wake: () => void, ms = 0): Timer =>
        time.getStore() === 'virtual' ? add(ms, 'a time limit', null, wake) : setTimeout(wake, ms)
      const forget = (timer: Timer | undefined) => {
        if (timer !== undefined && 'wake' in timer) entries.delete(timer)
        else clearTimeout(timer)
      }
      Object.assign(globalThis, { setTimeout: later, clearTimeout: forget })
      // What a call may take is measured by the clock that never jumps.
      Object.assign(performance, { now: () => (time.getStore() === 'virtual' ? now : performanceNow()) })
      try {
        return await time.run('virtual', work)
      } finally {
        Object.assign(globalThis, { setTimeout, clearTimeout })
        Reflect.deleteProperty(performance, 'now')
      }
    },
  }
}
