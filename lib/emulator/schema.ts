import { blob, integer, primaryKey, sqliteTable, text } from 'drizzle-orm/sqlite-core'

export const SCHEMA_VERSION = 2

/** Makes an empty file a ledger and leaves a ledger as it is. STRICT, because SQLite would keep 1.5 fen otherwise. */
export const DDL = `
CREATE TABLE IF NOT EXISTS settings (
  name TEXT PRIMARY KEY,
  value INTEGER NOT NULL
) STRICT;

CREATE TABLE IF NOT EXISTS trades (
  mch_id TEXT NOT NULL,
  out_trade_no TEXT NOT NULL,
  appid TEXT NOT NULL,
  trade_type TEXT NOT NULL CHECK (trade_type IN ('NATIVE', 'APP', 'MWEB', 'JSAPI')),
  total_fee INTEGER NOT NULL CHECK (total_fee >= 1),
  body TEXT NOT NULL,
  attach TEXT NOT NULL,
  device_info TEXT NOT NULL,
  openid TEXT NOT NULL,
  sign_type TEXT NOT NULL,
  notify_url TEXT NOT NULL,
  request TEXT NOT NULL,
  state TEXT NOT NULL CHECK (state IN ('NOTPAY', 'SUCCESS', 'CLOSED')),
  created_at INTEGER NOT NULL,
  expires_at INTEGER,
  transaction_id TEXT UNIQUE,
  paid_at INTEGER,
  closed_at INTEGER,
  PRIMARY KEY (mch_id, out_trade_no),
  CHECK ((state = 'SUCCESS') = (transaction_id IS NOT NULL)),
  CHECK ((transaction_id IS NULL) = (paid_at IS NULL))
) STRICT;

CREATE TABLE IF NOT EXISTS prepays (
  prepay_id TEXT PRIMARY KEY,
  mch_id TEXT NOT NULL,
  out_trade_no TEXT NOT NULL,
  code_url TEXT NOT NULL UNIQUE,
  package TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  FOREIGN KEY (mch_id, out_trade_no) REFERENCES trades
) STRICT;
CREATE INDEX IF NOT EXISTS prepays_by_trade ON prepays (mch_id, out_trade_no, created_at);

CREATE TABLE IF NOT EXISTS authorizations (
  code TEXT PRIMARY KEY,
  appid TEXT NOT NULL,
  openid TEXT NOT NULL,
  created_at INTEGER NOT NULL,
  is_used INTEGER NOT NULL CHECK (is_used IN (0, 1))
) STRICT;

CREATE TABLE IF NOT EXISTS requests (
  seq INTEGER PRIMARY KEY AUTOINCREMENT,
  at INTEGER NOT NULL,
  method TEXT NOT NULL,
  path TEXT NOT NULL,
  out_trade_no TEXT,
  body BLOB NOT NULL,
  body_sha256 TEXT NOT NULL,
  outcome TEXT NOT NULL,
  answer TEXT NOT NULL,
  answered INTEGER NOT NULL CHECK (answered IN (0, 1))
) STRICT;

CREATE TABLE IF NOT EXISTS deliveries (
  id INTEGER PRIMARY KEY AUTOINCREMENT,
  mch_id TEXT NOT NULL,
  out_trade_no TEXT NOT NULL,
  attempt INTEGER NOT NULL CHECK (attempt >= 1),
  notify_url TEXT NOT NULL,
  body TEXT NOT NULL,
  body_sha256 TEXT NOT NULL,
  due_at INTEGER NOT NULL,
  sent_at INTEGER,
  http_status INTEGER,
  reply_code TEXT,
  reply TEXT,
  outcome TEXT NOT NULL,
  FOREIGN KEY (mch_id, out_trade_no) REFERENCES trades
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_by_time ON deliveries (outcome, due_at);

PRAGMA user_version = ${SCHEMA_VERSION};
`

/** What the emulator itself has to remember; `clock_offset_ms` is how far the virtual clock is ahead. */
export const settings = sqliteTable('settings', {
  name: text('name').primaryKey(),
  value: integer('value').notNull(),
})

export const TRADE_TYPES = ['NATIVE', 'APP', 'MWEB', 'JSAPI'] as const
export type TradeType = (typeof TRADE_TYPES)[number]

/** One per `out_trade_no` of a merchant. Instants are virtual, in epoch milliseconds. */
export const trades = sqliteTable(
  'trades',
  {
    mchId: text('mch_id').notNull(),
    outTradeNo: text('out_trade_no').notNull(),
    appid: text('appid').notNull(),
    tradeType: text('trade_type', { enum: TRADE_TYPES }).notNull(),
    totalFee: integer('total_fee').notNull(),
    body: text('body').notNull(),
    attach: text('attach').notNull(),
    deviceInfo: text('device_info').notNull(),
    /** Who pays or will pay. */
    openid: text('openid').notNull(),
    signType: text('sign_type', { enum: ['MD5', 'HMAC-SHA256'] }).notNull(),
    notifyUrl: text('notify_url').notNull(),
    /** Everything that was asked, in one fixed form; asking again is answered only if it is the same. */
    request: text('request').notNull(),
    state: text('state', { enum: ['NOTPAY', 'SUCCESS', 'CLOSED'] }).notNull(),
    createdAt: integer('created_at').notNull(),
    expiresAt: integer('expires_at'),
    transactionId: text('transaction_id'),
    paidAt: integer('paid_at'),
    closedAt: integer('closed_at'),
  },
  (table) => [primaryKey({ columns: [table.mchId, table.outTradeNo] })],
)
export type Trade = typeof trades.$inferSelect

/** What unifiedorder gave out. A trade that was asked for again has several, and each leads to it. */
export const prepays = sqliteTable('prepays', {
  prepayId: text('prepay_id').primaryKey(),
  mchId: text('mch_id').notNull(),
  outTradeNo: text('out_trade_no').notNull(),
  codeUrl: text('code_url').notNull(),
  /** The second parameter of an H5 link, which must not be altered either. */
  package: text('package').notNull(),
  createdAt: integer('created_at').notNull(),
})
export type Prepay = typeof prepays.$inferSelect

/** Codes of page authorization; each leads to the buyer's openid once. */
export const authorizations = sqliteTable('authorizations', {
  code: text('code').primaryKey(),
  appid: text('appid').notNull(),
  openid: text('openid').notNull(),
  createdAt: integer('created_at').notNull(),
  isUsed: integer('is_used', { mode: 'boolean' }).notNull(),
})
export type Authorization = typeof authorizations.$inferSelect

/** Every call to WeChat Pay's own addresses, with the answer, and whether the answer left. */
export const requests = sqliteTable('requests', {
  seq: integer('seq').primaryKey({ autoIncrement: true }),
  at: integer('at').notNull(),
  method: text('method').notNull(),
  path: text('path').notNull(),
  outTradeNo: text('out_trade_no'),
  body: blob('body', { mode: 'buffer' }).notNull(),
  bodySha256: text('body_sha256').notNull(),
  outcome: text('outcome').notNull(),
  answer: text('answer').notNull(),
  answered: integer('answered', { mode: 'boolean' }).notNull(),
})
export type RequestRecord = typeof requests.$inferSelect

const OUTCOMES = [
  /** Its time has not come, or nobody was there to send it. */
  'waiting',
  'sending',
  /** The merchant said SUCCESS: no more attempts. */
  'accepted',
  /** The merchant said something else than SUCCESS. */
  'refused',
  /** An HTTP status that is no success, whatever the body says; redirects are not followed. */
  'http_error',
  /** Not exactly one XML document. */
  'malformed',
  'timeout',
  'unreachable',
  /** The emulator was stopped while it waited for the reply. */
  'interrupted',
  /** Neither loopback nor a configured origin: never sent. */
  'refused_address',
] as const
export type Outcome = (typeof OUTCOMES)[number]

/** Attempts to tell a merchant that a trade was paid; attempt 1 is the first. */
export const deliveries = sqliteTable('deliveries', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  mchId: text('mch_id').notNull(),
  outTradeNo: text('out_trade_no').notNull(),
  attempt: integer('attempt').notNull(),
  notifyUrl: text('notify_url').notNull(),
  body: text('body').notNull(),
  bodySha256: text('body_sha256').notNull(),
  dueAt: integer('due_at').notNull(),
  sentAt: integer('sent_at'),
  httpStatus: integer('http_status'),
  replyCode: text('reply_code'),
  reply: text('reply'),
  outcome: text('outcome', { enum: OUTCOMES }).notNull(),
})
export type Delivery = typeof deliveries.$inferSelect
