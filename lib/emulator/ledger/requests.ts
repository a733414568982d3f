import { asc, desc, eq, lte } from 'drizzle-orm'
import { sha256 } from './deliveries'
import { type RequestRecord, requests } from './schema'
import { blank, blankRow, type LedgerDatabase } from './statement'

/** Calls kept for the inspector; older ones are forgotten so that a flood cannot fill the disk. */
const REQUESTS_MAX = 20_000

/** Every call to WeChat Pay's own addresses. */
export function openRequests(db: LedgerDatabase) {
  const { seq: _, ...row } = blankRow(requests)
  const insert = db.insert(requests).values(row).prepare()
  const isOld = lte(requests.seq, blank('seqMax'))
  const forget = db.delete(requests).where(isOld).prepare()
  const find = db
    .select()
    .from(requests)
    .where(eq(requests.seq, blank('seq')))
    .prepare()
  const listOfTrade = db
    .select()
    .from(requests)
    .where(eq(requests.outTradeNo, blank('outTradeNo')))
    .orderBy(asc(requests.seq))
    .limit(blank('limit'))
    .prepare()
  const list = db.select().from(requests).orderBy(desc(requests.seq)).limit(blank('limit')).prepare()

  return {
    insertRequest: (record: Omit<RequestRecord, 'seq' | 'bodySha256'>) => {
      const added = insert.run({ ...record, bodySha256: sha256(record.body) })
      const seqMax = Number(added.lastInsertRowid) - REQUESTS_MAX
      if (seqMax > 0) forget.run({ seqMax })
    },

    findRequest: (seq: number) => find.get({ seq }) ?? null,

    /** Newest first. */
    listRequests: (limit: number) => list.all({ limit }),

    /** Those that name an order, oldest first, whichever merchant's it is. */
    listRequestsOf: (outTradeNo: string, limit: number) => listOfTrade.all({ outTradeNo, limit }),
  }
}
