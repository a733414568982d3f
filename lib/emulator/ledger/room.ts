import type Sqlite from 'better-sqlite3'

/** What the ledger of an emulator that strangers use may take of the disk, beside SQLite's own log. */
export const OPEN_BYTES_MAX = 256 * 1024 * 1024

/** What goes of each kind when there is no more room: the oldest tenth. */
const SHARE = 10

/** Everything about a trade goes with it; each before what it refers to. */
const OF_TRADES = ['deliveries', 'refunds', 'notifications', 'prepays', 'trades']

/**
 * Keeps a ledger within so many bytes: where there are more, its oldest trades, calls and codes are forgotten, as WeChat
 * forgets none. Only for an emulator that is open to others, who would fill the disk.
 */
export function openRoom(client: Sqlite.Database, bytesMax: number) {
  const pragma = (name: string) => Number(client.pragma(name, { simple: true }))
  const usedBytes = () => (pragma('page_count') - pragma('freelist_count')) * pragma('page_size')

  const forgetOldest = client.transaction(() => {
    const oldest = (table: string, columns: string, order: string) =>
      `select ${columns} from ${table} order by ${order} limit (select count(*) / ${SHARE} + 1 from ${table})`
    client.exec(`create temp table gone as ${oldest('trades', 'mch_id, out_trade_no', 'created_at, rowid')}`)
    for (const table of OF_TRADES) {
      client.exec(`delete from ${table} where (mch_id, out_trade_no) in (select mch_id, out_trade_no from temp.gone)`)
    }
    client.exec('drop table temp.gone')
    client.exec(`delete from requests where seq in (${oldest('requests', 'seq', 'seq')})`)
    client.exec(`delete from authorizations where rowid in (${oldest('authorizations', 'rowid', 'created_at, rowid')})`)
  })

  return {
    /** Forgets what has no room. Costs next to nothing where there is enough. */
    makeRoom: () => {
      if (usedBytes() > bytesMax) forgetOldest.immediate()
    },
    usedBytes,
  }
}
