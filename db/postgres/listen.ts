import type { Pool, PoolClient } from 'pg'
import { CHANGES } from './writer'

const AGAIN_AFTER_MS = 1_000

export type News = {
  /** How many commits of other processes were heard of. */
  heard: () => number
  stop: () => Promise<void>
}

/** Hears from other processes that they wrote something; after a pause without a connection, that they may have. */
export function listen(pool: Pool, instance: string): News {
  let heard = 0
  let client: PoolClient | null = null
  let timer: ReturnType<typeof setTimeout> | undefined
  let isStopped = false

  async function begin(): Promise<void> {
    try {
      const opened = await pool.connect()
      client = opened
      opened.on('notification', ({ payload }) => {
        if (payload !== instance) heard += 1
      })
      opened.on('error', () => lose(opened))
      opened.on('end', () => lose(opened))
      await opened.query(`listen ${CHANGES}`)
      heard += 1
    } catch {
      again()
    }
  }

  function lose(lost: PoolClient): void {
    if (client !== lost) return
    client = null
    lost.release(true)
    again()
  }

  function again(): void {
    if (isStopped) return
    clearTimeout(timer)
    timer = setTimeout(() => void begin(), AGAIN_AFTER_MS).unref()
  }

  const begun = begin()
  return {
    heard: () => heard,
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
