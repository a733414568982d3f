import { and, asc, desc, eq, inArray, sql } from 'drizzle-orm'
import type { FaultName } from '../fault-names'
import { type Fault, faults } from './schema'
import { blank, blankRow, type LedgerDatabase } from './statement'

/** The order number that stands for all orders. */
export const EVERY_ORDER = ''

/** The faults that can happen. They are counted down here, so that a restart neither repeats nor forgets one. */
export function openFaults(db: LedgerDatabase) {
  const isOne = and(eq(faults.outTradeNo, blank('outTradeNo')), eq(faults.name, blank('name')))
  const isFor = inArray(faults.outTradeNo, [EVERY_ORDER, blank('outTradeNo')])

  const insert = db.insert(faults).values(blankRow(faults)).prepare()
  const remove = db.delete(faults).where(isOne).prepare()
  const removeAll = db.delete(faults).prepare()
  const list = db.select().from(faults).orderBy(asc(faults.outTradeNo), asc(sql`rowid`)).prepare()
  const listFor = db.select().from(faults).where(isFor).orderBy(desc(faults.outTradeNo)).prepare()
  const count = db
    .update(faults)
    .set({ times: sql`${faults.times} - 1` })
    .where(isOne)
    .prepare()
  const draw = db
    .update(faults)
    .set({ draws: sql`${faults.draws} + 1` })
    .where(isOne)
    .prepare()

  const removeFault = (outTradeNo: string, name: FaultName) => {
    remove.run({ outTradeNo, name })
  }

  return {
    listFaults: () => list.all(),

    /** Those that a call or delivery of this order can meet, its own before everybody's. */
    listFaultsFor: (outTradeNo: string) => listFor.all({ outTradeNo }),

    /** Writes down a fault in place of the one of the same name. */
    putFault: (fault: Fault) => {
      removeFault(fault.outTradeNo, fault.name)
      insert.run(fault)
    },

    removeFault,

    removeFaults: () => {
      removeAll.run()
    },

    /** One time less, and after the last one none. */
    countFault: ({ outTradeNo, name, times }: Fault) => {
      if (times !== null && times > 1) count.run({ outTradeNo, name })
      else removeFault(outTradeNo, name)
    },

    /** Remembers that chance was asked once more. */
    noteDraw: ({ outTradeNo, name }: Fault) => {
      draw.run({ outTradeNo, name })
    },
  }
}
