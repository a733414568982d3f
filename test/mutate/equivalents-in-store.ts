import type { Equivalent } from './equivalents'

const [CALLS, FORGETS] = ['db/calls.ts', 'if (last > 0) await tx.delete(calls).where(lte(calls.id, last))']
const NONE_TO_FORGET = 'numbers begin with one, so below that there is nothing to delete'
const WRITER = 'db/sqlite/writer.ts'
const NEW_FILE =
  "if (Number(sqlite.pragma('page_count', { simple: true })) === 0) sqlite.pragma('auto_vacuum = incremental')"
const WRITTEN_ANEW = 'a file that is not made so is written anew right afterwards, and is so then'
const POWER_CUT = 'what is synced tells itself from what is not after a power cut only'
const DB_REFUNDS = 'db/refunds.ts'
const ERRORS = 'db/postgres/errors.ts'
const NO_CODE = 'neither is a code of the server'
const STATEMENT =
  '.replace(/^insert into "\\w+" \\("id", .*/s, (insert) => insert.replaceAll(\'(null, \', \'(default, \'))'
const BACKUP = 'db/sqlite/backup.ts'
const OPENS_SOURCE = 'const source = new Sqlite(path, { fileMustExist: true })'
const OPENS_COPY = 'const db = new Sqlite(part, { fileMustExist: true })'
const IS_THERE = 'the file was there a line before; the option speaks once more, in case that changes'
const OPEN = 'db/sqlite/open.ts'
const NEVER_JUST_SO_LONG = 'a log is 32 bytes and frames of 4,120, which is never just as much as a limit'

/** Changes of the store after which it does the same. */
export const IN_STORE: Equivalent[] = [
  {
    file: OPEN,
    code: 'if (watch.logBytes() < LOG_BYTES_MAX) return null',
    to: 'watch.logBytes() <= LOG_BYTES_MAX',
    why: NEVER_JUST_SO_LONG,
  },
  {
    file: OPEN,
    code: 'if (watch.logBytes() > LOG_BYTES_KEPT) emptyLog(writing)',
    to: 'watch.logBytes() >= LOG_BYTES_KEPT',
    why: NEVER_JUST_SO_LONG,
  },
  {
    file: OPEN,
    code: 'if (watch.logBytes() < LOG_BYTES_MAX) await writer.writeQuietly(async () => giveSpaceBack(writing))',
    to: 'watch.logBytes() <= LOG_BYTES_MAX',
    why: NEVER_JUST_SO_LONG,
  },
  {
    file: OPEN,
    code: 'return { isLogLarge: watch.logBytes() > LOG_BYTES_LARGE, isDiskFull: isDiskFull(path) }',
    to: 'watch.logBytes() >= LOG_BYTES_LARGE',
    why: NEVER_JUST_SO_LONG,
  },
  {
    file: DB_REFUNDS,
    code: 'return { order, money, isResolved: row?.at != null, refunds: await refundsOfOrders(tx, [orderId]) }',
    to: 'row.at',
    why: 'money that was read a line before has its row',
  },
  { file: DB_REFUNDS, code: 'if (found === null) continue', to: 'false', why: 'what is due was read in the same step' },
  {
    file: DB_REFUNDS,
    code: "const found = tx.select({ one: sql`1` }).from(refunds).where(isWanted).limit(max).as('found')",
    to: '""',
    why: 'any name will do for what is counted',
  },
  { file: DB_REFUNDS, code: 'return counted?.n ?? 0', to: 'counted.n', why: 'a count is always one row' },
  { file: ERRORS, code: "const { code = '', severity } = found", to: '"Stryker was here!"', why: NO_CODE },
  {
    file: ERRORS,
    code: "export function isDoubt({ code = '' }: { code?: string | undefined }): boolean {",
    to: '"Stryker was here!"',
    why: NO_CODE,
  },
  {
    file: ERRORS,
    code: "return /^2[23]/.test(found.code ?? '') ? new Error(found.message) : new StoreUnavailable(found.message)",
    to: '"Stryker was here!"',
    why: NO_CODE,
  },
  {
    file: 'db/postgres/migrate.ts',
    code: 'const last = Number(done.rows[0]?.last ?? 0)',
    to: 'done.rows[0].last',
    why: 'a largest value is always one row',
  },
  {
    file: 'db/postgres/statements.ts',
    code: STATEMENT,
    to: '/insert into "\\w+" \\("id", .*/s',
    why: 'no other statement has such a part',
  },
  { file: BACKUP, code: OPENS_SOURCE, to: '{}', why: IS_THERE },
  { file: BACKUP, code: OPENS_SOURCE, to: 'false', why: IS_THERE },
  { file: BACKUP, code: OPENS_COPY, to: '{}', why: IS_THERE },
  { file: BACKUP, code: OPENS_COPY, to: 'false', why: IS_THERE },
  { file: BACKUP, code: 'try {', to: '{}', why: POWER_CUT },
  { file: CALLS, code: FORGETS, to: 'true', why: NONE_TO_FORGET },
  { file: CALLS, code: FORGETS, to: 'last >= 0', why: NONE_TO_FORGET },
  { file: 'db/sqlite/mark.ts', code: 'export function syncFolder(folder: string): void {', to: '{}', why: POWER_CUT },
  { file: 'db/sqlite/mark.ts', code: 'try {', to: '{}', why: POWER_CUT },
  { file: 'db/sqlite/open.ts', code: NEW_FILE, to: 'false', why: WRITTEN_ANEW },
  { file: 'db/sqlite/open.ts', code: NEW_FILE, to: '{}', why: WRITTEN_ANEW },
  {
    file: WRITER,
    code: 'const isTired = ({ waitsSince }: Step) => waitsSince !== null && now - waitsSince >= LOCK_MS_MAX',
    to: 'true',
    why: 'each step of the queue has met the lock a line before',
  },
  {
    file: WRITER,
    code: 'if (queue.length > 0) await pause()',
    to: 'true',
    why: 'with nobody left in the queue, nobody waits for the pause',
  },
  {
    file: WRITER,
    code: 'if (queue.length > 0) await pause()',
    to: 'queue.length >= 0',
    why: 'with nobody left in the queue, nobody waits for the pause',
  },
]
