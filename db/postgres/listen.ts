import type { Pool, PoolClient } from 'pg'
import { CHANGES } from './writer'

const AGAIN_AFTER_MS = 1_000
/** So often a process says something to itself, to know that it still hears; a connection that is cut somewhere is silent. */
const CALL_EVERY_MS = 5_000

export type News = {
  /** How many commits of other processes were heard of. */
  heard: () => number
  /** Whether the server passes on what is told. If not, others have to be looked after. */
  isListening: () => boolean
  stop: () => Promise<void>
}

/** Of a server without `LISTEN`. */
export const NO_NEWS: News = { heard: () => 0, isListening: () => false, stop: async () => {} }

/** Hears from other processes that they wrote something; after a pause without a connection, that they may have. */
export function listen(pool: Pool, instance: string): News {
  const call = `${instance} hears`
  let heard = 0
  let client: PoolClient | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStopped = false
  let isProven = false
  let isCalling = false

  function hear(payload: string | undefined): void {
    if (payload !== call) heard += payload === instance ? 0 : 1
    else [isProven, isCalling] = [true, false]
  }

  async function begin(): Promise<void> {
    try {
      const opened = await pool.connect()
      client = opened
      opened.on('notification', ({ payload }) => hear(payload))
      opened.on('error', () => lose(opened))
      opened.on('end', () => lose(opened))
      await opened.query(`listen ${CHANGES}`)
      heard += 1
      callOn(opened)
    } catch {
      if (client === null) later(AGAIN_AFTER_MS, begin)
      else lose(client)
    }
  }

  /** Not waited for: a connection that is cut somewhere answers nothing. */
  function callOn(opened: PoolClient): void {
    if (client !== opened) return
    if (isCalling) {
      lose(opened)
      return
    }
    isCalling = true
    opened.query(`select pg_notify('${CHANGES}', '${call}')`).catch(() => lose(opened))
    later(CALL_EVERY_MS, () => callOn(opened))
  }

  function lose(lost: PoolClient): void {
    if (client !== lost) return
    client = null
    ;[isProven, isCalling] = [false, false]
    lost.release(true)
    later(AGAIN_AFTER_MS, begin)
  }

  function later(ms: number, work: () => void): void {
    if (isStopped) return
    clearTimeout(timer)
    timer = setTimeout(work, ms).unref()
  }

  const begun = begin()
  return {
    heard: () => heard,
    isListening: () => client !== null && isProven,
    stop: async () => {
      isStopped = true
      clearTimeout(timer)
      await begun
      const last = client
      client = null
      last?.release(true)
    },
  }
}
