import type { Mutant } from './instrument'

/** Changes after which the code does the same: no test can notice them. `code` is the line, `to` what replaces a part. */
export type Equivalent = { file: string; code: string; to: string; why: string }

const HANDLE = 'lib/shop/handle-notification.ts'
const SITUATION = 'const situation = outTradeNo === null ? null : await situationOf({ outTradeNo, transactionId })'

const NULL_WHERE_LEFT_OUT = 'the record has null for whatever is left out'
const UTF8_ANYHOW = 'Node takes a text for UTF-8 unless told otherwise'
const ONLY_CLOSES = 'whatever is not "closes" keeps the order'

const [CALLS, FORGETS] = ['db/calls.ts', 'if (last > 0) await tx.delete(calls).where(lte(calls.id, last))']
const NONE_TO_FORGET = 'numbers begin with one, so below that there is nothing to delete'
const WRITER = 'db/sqlite/writer.ts'
const NEW_FILE =
  "if (Number(sqlite.pragma('page_count', { simple: true })) === 0) sqlite.pragma('auto_vacuum = incremental')"
const WRITTEN_ANEW = 'a file that is not made so is written anew right afterwards, and is so then'
const POWER_CUT = 'what is synced tells itself from what is not after a power cut only'

const OPEN = 'db/sqlite/open.ts'
const NEVER_JUST_SO_LONG = 'a log is 32 bytes and frames of 4,120, which is never just as much as a limit'

export const EQUIVALENTS: Equivalent[] = [
  {
    file: OPEN,
    code: 'if (watch.logBytes() < LOG_BYTES_MAX) return writer.write(work)',
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
    code: 'if (watch.logBytes() < LOG_BYTES_MAX) await write(async () => giveSpaceBack(writing))',
    to: 'watch.logBytes() <= LOG_BYTES_MAX',
    why: NEVER_JUST_SO_LONG,
  },
  {
    file: OPEN,
    code: 'return { isLogLarge: watch.logBytes() > LOG_BYTES_LARGE, isDiskFull: isDiskFull(path) }',
    to: 'watch.logBytes() >= LOG_BYTES_LARGE',
    why: NEVER_JUST_SO_LONG,
  },
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
  {
    file: 'lib/shop/admin-actions.ts',
    code: 'const last = (await shop.store.listOrderEvents(orderId)).at(-1)',
    to: '+1',
    why: 'a closed order has two events: it was made, and it was closed',
  },
  {
    file: 'lib/shop/admin-actions.ts',
    code: 'return last?.cause.kind === cause.kind && last.cause.id === cause.id',
    to: 'last.cause',
    why: 'an order has an event from its making on',
  },
  {
    file: 'lib/shop/admin-actions.ts',
    code: "if (paid !== undefined) await queryPayment(shop, paid, { kind: 'admin', id: orderId })",
    to: 'true',
    why: 'a paid order has a payment that is paid',
  },
  {
    file: 'lib/shop/admin-actions.ts',
    code: 'const ABOUT_NOTHING: ActionSubject = { orderId: null, notificationId: null, transactionId: null }',
    to: '{}',
    why: NULL_WHERE_LEFT_OUT,
  },
  {
    file: 'lib/shop/checkout.ts',
    code: "const closed = await closeAtWeChat(shop, live, 'keeps', customer(orderId))",
    to: '""',
    why: ONLY_CLOSES,
  },
  {
    file: 'lib/shop/goods.ts',
    code: 'const ABOUT_NOTHING = { orderId: null, notificationId: null, transactionId: null }',
    to: '{}',
    why: NULL_WHERE_LEFT_OUT,
  },
  {
    file: HANDLE,
    code: 'if (ahead === 0) return true',
    to: 'false',
    why: 'its turn has come, so it wins the race at once',
  },
  { file: HANDLE, code: SITUATION, to: 'false', why: 'no payment has no number, so none is found' },
  { file: HANDLE, code: SITUATION, to: '{}', why: 'it was read for the signature, and is read once' },
  {
    file: 'lib/shop/payment.ts',
    code: 'const CHECKS_AFTER_MS = [5 * SECOND, 30 * SECOND, MINUTE, 3 * MINUTE, 5 * MINUTE, 10 * MINUTE, 20 * MINUTE, 30 * MINUTE]',
    to: '5 / SECOND',
    why: 'no check comes within five seconds, so the first comes after them either way',
  },
  {
    file: 'lib/shop/query.ts',
    code: "await applyClosed(shop, payment, 'keeps', cause)",
    to: '""',
    why: ONLY_CLOSES,
  },
  {
    file: 'lib/shop/query.ts',
    code: "const closed = await close(shop, payment, 'keeps', cause)",
    to: '""',
    why: ONLY_CLOSES,
  },
  {
    file: 'lib/shop/replay.ts',
    code: 'const about = { orderId: null, notificationId: null, transactionId: null }',
    to: '{}',
    why: NULL_WHERE_LEFT_OUT,
  },
  {
    file: 'lib/shop/replay.ts',
    code: "for (let from = 0; from < ids.length && !verdicts.includes('query_failed'); from += AT_ONCE) {",
    to: 'from <= ids.length',
    why: 'beyond the end there is nothing to replay',
  },
  {
    file: 'lib/shop/worker.ts',
    code: "if (order.status !== 'pending') await closeAtWeChat(shop, payment, 'keeps', cause)",
    to: '""',
    why: ONLY_CLOSES,
  },
  {
    file: 'lib/wechat/v2/sign.ts',
    code: 'names.sort((a, b) => (a < b ? -1 : 1))',
    to: 'a <= b',
    why: 'no two fields have the same name',
  },
  {
    file: 'lib/wechat/v2/sign.ts',
    code: "return hash.update(textToSign(fields, key), 'utf8').digest('hex').toUpperCase()",
    to: '""',
    why: UTF8_ANYHOW,
  },
  {
    file: 'lib/wechat/v2/sign.ts',
    code: "const received = Buffer.from(fields.sign ?? '')",
    to: '"Stryker was here!"',
    why: 'neither is as long as a signature',
  },
  {
    file: 'lib/wechat/v3/cipher.ts',
    code: "const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })",
    to: '{}',
    why: 'the tag is always taken from 16 bytes; the length is said once more, in case that changes',
  },
  {
    file: 'lib/wechat/v3/cipher.ts',
    code: "const cipher = createCipheriv('aes-256-gcm', key, nonce, { authTagLength: TAG_BYTES })",
    to: '{}',
    why: 'Node makes tags of 16 bytes unless told otherwise',
  },
  {
    file: 'lib/wechat/v3/cipher.ts',
    code: "const sealed = Buffer.concat([cipher.update(plain, 'utf8'), cipher.final(), cipher.getAuthTag()])",
    to: '""',
    why: UTF8_ANYHOW,
  },
]

export function isSame({ file, code, to }: Mutant, equivalent: Equivalent): boolean {
  return file === equivalent.file && code === equivalent.code && oneLine(to) === oneLine(equivalent.to)
}

export function oneLine(text: string): string {
  return text.replaceAll(/\s+/g, ' ').trim()
}
