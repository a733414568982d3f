import Sqlite from 'better-sqlite3'

/** A ledger as version 3 of the emulator made it, before there were migrations. */
const VERSION_3 = `
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

PRAGMA user_version = 3;
`

/** What API v3 brought. */
const DROP_KEYS = 'DROP TABLE merchant_keys; DROP TABLE platform_certificates; DROP TABLE key_settings;'

/** What the version before did not have yet. */
const UNDO: Record<number, string> = {
  2: `
    DROP INDEX deliveries_held; DROP TABLE faults;
    ALTER TABLE trades DROP COLUMN news; ALTER TABLE trades DROP COLUMN is_sandbox;
    ALTER TABLE requests DROP COLUMN explanation; ALTER TABLE requests DROP COLUMN faults;
    ALTER TABLE deliveries DROP COLUMN cause; ALTER TABLE deliveries DROP COLUMN faults;
    ALTER TABLE deliveries DROP COLUMN request_headers; ALTER TABLE deliveries DROP COLUMN reply_headers;
    ALTER TABLE deliveries DROP COLUMN is_held;
    PRAGMA user_version = 2`,
  1: 'ALTER TABLE authorizations DROP COLUMN openid; PRAGMA user_version = 1',
}

/** Writes the rows of a ledger into the tables of an old version, in its place. */
export function makeOld(path: string, version: number): void {
  const before = new Sqlite(path)
  const rowsOf = (table: string): Record<string, unknown>[] =>
    before.prepare(`SELECT * FROM ${table}`).all() as Record<string, unknown>[]
  const kept = Object.fromEntries(
    ['settings', 'trades', 'prepays', 'authorizations', 'requests', 'deliveries', 'faults'].map((it) => [
      it,
      rowsOf(it),
    ]),
  )
  const bodies = new Map(rowsOf('notifications').map((it) => [it.out_trade_no, it.body]))
  for (const table of ['deliveries', 'notifications', 'refunds', 'prepays', 'trades', 'authorizations', 'requests']) {
    before.exec(`DROP TABLE ${table}`)
  }
  before.exec(DROP_KEYS)
  before.exec('DROP TABLE balances; DROP TABLE settings; DROP TABLE faults; DROP TABLE __drizzle_migrations')
  before.exec(VERSION_3)
  for (const [table, rows] of Object.entries(kept)) {
    const columns = (before.pragma(`table_info(${table})`) as { name: string }[]).map((it) => it.name)
    const gaps = columns.map((it) => `@${it}`)
    const insert = before.prepare(`INSERT INTO ${table} (${columns.join()}) VALUES (${gaps.join()})`)
    for (const row of rows) insert.run({ ...row, news: bodies.get(row.out_trade_no) ?? null })
  }
  for (let from = 2; from >= version; from -= 1) before.exec(UNDO[from] ?? '')
  before.close()
}

/** Takes a ledger back to where it knew no refunds. */
export function forgetRefunds(path: string): void {
  const file = new Sqlite(path)
  file.exec(`${DROP_KEYS}
    ALTER TABLE requests DROP COLUMN answer_headers;
    DROP TABLE refunds; DROP TABLE balances;
    ALTER TABLE deliveries DROP COLUMN out_refund_no;
    ALTER TABLE notifications DROP COLUMN out_refund_no;
    ALTER TABLE requests DROP COLUMN out_refund_no;
    DELETE FROM __drizzle_migrations WHERE created_at > (SELECT min(created_at) FROM __drizzle_migrations);`)
  file.close()
}
