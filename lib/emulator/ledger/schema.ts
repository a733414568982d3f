import { blob, integer, primaryKey, real, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Explanation } from '../v2/explanation'

export const SCHEMA_VERSION = 3

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
  news TEXT,
  is_sandbox INTEGER NOT NULL DEFAULT 0 CHECK (is_sandbox IN (0, 1)),
  PRIMARY KEY (mch_id, out_trade_no),
  CHECK ((state = 'SUCCESS') = (transaction_id IS NOT NULL)),
  CHECK ((transaction_id IS NULL) = (paid_at IS NULL))
) STRICT;
CREATE INDEX IF NOT EXISTS trades_by_number ON trades (out_trade_no);
CREATE INDEX IF NOT EXISTS trades_by_time ON trades (created_at);
CREATE INDEX IF NOT EXISTS trades_by_state ON trades (state, created_at);

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
  answered INTEGER NOT NULL CHECK (answered IN (0, 1)),
  explanation TEXT,
  faults TEXT NOT NULL DEFAULT '[]'
) STRICT;
CREATE INDEX IF NOT EXISTS requests_by_trade ON requests (out_trade_no);
CREATE INDEX IF NOT EXISTS requests_by_time ON requests (at);

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
  cause TEXT NOT NULL DEFAULT 'schedule' CHECK (cause IN ('schedule', 'duplicate', 'resend')),
  faults TEXT NOT NULL DEFAULT '[]',
  request_headers TEXT NOT NULL DEFAULT '[]',
  reply_headers TEXT NOT NULL DEFAULT '[]',
  is_held INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1)),
  FOREIGN KEY (mch_id, out_trade_no) REFERENCES trades
) STRICT;
CREATE INDEX IF NOT EXISTS deliveries_by_time ON deliveries (outcome, due_at);
CREATE INDEX IF NOT EXISTS deliveries_by_trade ON deliveries (mch_id, out_trade_no);
CREATE INDEX IF NOT EXISTS deliveries_by_sending ON deliveries (sent_at);
CREATE INDEX IF NOT EXISTS deliveries_held ON deliveries (id) WHERE is_held = 1;

CREATE TABLE IF NOT EXISTS faults (
  out_trade_no TEXT NOT NULL,
  name TEXT NOT NULL,
  value INTEGER,
  times INTEGER CHECK (times >= 1),
  probability REAL CHECK (probability BETWEEN 0 AND 1),
  seed TEXT NOT NULL,
  draws INTEGER NOT NULL,
  PRIMARY KEY (out_trade_no, name),
  CHECK ((times IS NULL) <> (probability IS NULL))
) STRICT;

PRAGMA user_version = ${SCHEMA_VERSION};
`

/** What a ledger of an older version needs before `DDL`; an empty file, version 0, needs nothing. */
export const UPGRADES: Record<number, string> = {
  // Codes of version 1 did not say whose they are. They live for minutes, so none is missed.
  1: 'DROP TABLE IF EXISTS authorizations',
  2: `
ALTER TABLE trades ADD COLUMN news TEXT;
ALTER TABLE trades ADD COLUMN is_sandbox INTEGER NOT NULL DEFAULT 0 CHECK (is_sandbox IN (0, 1));
UPDATE trades SET news = (SELECT body FROM deliveries d WHERE (d.mch_id, d.out_trade_no) = (trades.mch_id, trades.out_trade_no));
ALTER TABLE requests ADD COLUMN explanation TEXT;
ALTER TABLE requests ADD COLUMN faults TEXT NOT NULL DEFAULT '[]';
ALTER TABLE deliveries ADD COLUMN cause TEXT NOT NULL DEFAULT 'schedule' CHECK (cause IN ('schedule', 'duplicate', 'resend'));
ALTER TABLE deliveries ADD COLUMN faults TEXT NOT NULL DEFAULT '[]';
ALTER TABLE deliveries ADD COLUMN request_headers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE deliveries ADD COLUMN reply_headers TEXT NOT NULL DEFAULT '[]';
ALTER TABLE deliveries ADD COLUMN is_held INTEGER NOT NULL DEFAULT 0 CHECK (is_held IN (0, 1));
`,
}

/** What the emulator itself has to remember; `clock_offset_ms` is how far the virtual clock is ahead. */
export const settings = sqliteTable('settings', {
  name: text('name').primaryKey(),
  value: integer('value').notNull(),
})

/** What can go wrong with a call. */
export const CALL_FAULTS = [
  'latencyMs',
  'dropRequests',
  'dropAnswersAfterCommit',
  'systemError',
  'badAnswerSignature',
] as const
/** What can go wrong with a delivery. */
export const DELIVERY_FAULTS = [
  'lose',
  'duplicate',
  'delaySeconds',
  'reorder',
  'beforeAnswer',
  'tamperAmount',
  'tamperSignature',
  'otherMerchant',
  'truncate',
  'doctype',
  'signType',
] as const
export const FAULT_NAMES = [...CALL_FAULTS, ...DELIVERY_FAULTS] as const
export type FaultName = (typeof FAULT_NAMES)[number]

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
    /** The notification as it was written when the money came; null while there is none. */
    notification: text('news'),
    /** Whether it was placed under the old sandbox's addresses, and so is signed with the sandbox's key. */
    isSandbox: integer('is_sandbox', { mode: 'boolean' }).notNull(),
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
  /** Why it was refused; null when it was not. */
  explanation: text('explanation', { mode: 'json' }).$type<Explanation>(),
  /** The faults that it met. */
  faults: text('faults', { mode: 'json' }).$type<FaultName[]>().notNull(),
})
export type RequestRecord = typeof requests.$inferSelect

const OUTCOMES = [
  /** Its time has not come, or nobody was there to send it. */
  'waiting',
  'sending',
  /** A fault took it on its way; the merchant knows nothing of it. */
  'lost',
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

/** Why a delivery is made: the schedule, a fault that doubled it, or somebody's wish. */
const CAUSES = ['schedule', 'duplicate', 'resend'] as const

/** Names and values of HTTP headers, in their order. */
export type HeaderList = [name: string, value: string][]

/**
 * Attempts to tell a merchant that a trade was paid; attempt 1 is the first. Those outside the schedule have the number
 * of the attempt that they repeat.
 */
export const deliveries = sqliteTable('deliveries', {
  id: integer('id').primaryKey({ autoIncrement: true }),
  mchId: text('mch_id').notNull(),
  outTradeNo: text('out_trade_no').notNull(),
  attempt: integer('attempt').notNull(),
  notifyUrl: text('notify_url').notNull(),
  /** As it is sent, which a fault may have changed. */
  body: text('body').notNull(),
  bodySha256: text('body_sha256').notNull(),
  dueAt: integer('due_at').notNull(),
  sentAt: integer('sent_at'),
  httpStatus: integer('http_status'),
  replyCode: text('reply_code'),
  reply: text('reply'),
  outcome: text('outcome', { enum: OUTCOMES }).notNull(),
  cause: text('cause', { enum: CAUSES }).notNull(),
  /** The faults that it met. */
  faults: text('faults', { mode: 'json' }).$type<FaultName[]>().notNull(),
  requestHeaders: text('request_headers', { mode: 'json' }).$type<HeaderList>().notNull(),
  replyHeaders: text('reply_headers', { mode: 'json' }).$type<HeaderList>().notNull(),
  /** Whether it waits for other news to overtake it. */
  isHeld: integer('is_held', { mode: 'boolean' }).notNull(),
})
export type Delivery = typeof deliveries.$inferSelect

/** One fault that can happen: so many times, or with a probability. */
export const faults = sqliteTable(
  'faults',
  {
    /** The order it is for; empty for all. */
    outTradeNo: text('out_trade_no').notNull(),
    name: text('name', { enum: FAULT_NAMES }).notNull(),
    /** Milliseconds or seconds, for faults that have a unit. */
    value: integer('value'),
    times: integer('times'),
    probability: real('probability'),
    seed: text('seed').notNull(),
    /** How often chance was asked. */
    draws: integer('draws').notNull(),
  },
  (table) => [primaryKey({ columns: [table.outTradeNo, table.name] })],
)
export type Fault = typeof faults.$inferSelect
