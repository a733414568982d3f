import type Sqlite from 'better-sqlite3'

/*
 * Ledgers from before there were migrations. They count their own schema in `user_version`: 1, 2 or 3.
 */

export const OLD_VERSION_MAX = 3

/** What the tables of an old version lack to be those of the next one. */
const UPGRADES: Record<number, string> = {
  // Codes of version 1 do not say whose they are. They live for minutes, so none is missed.
  1: 'drop table if exists authorizations',
  2: `
alter table trades add column news text;
alter table trades add column is_sandbox integer not null default 0;
update trades set news = (select body from deliveries d where (d.mch_id, d.out_trade_no) = (trades.mch_id, trades.out_trade_no));
alter table requests add column explanation text;
alter table requests add column faults text not null default '[]';
alter table deliveries add column cause text not null default 'schedule';
alter table deliveries add column faults text not null default '[]';
alter table deliveries add column request_headers text not null default '[]';
alter table deliveries add column reply_headers text not null default '[]';
alter table deliveries add column is_held integer not null default 0;
`,
}

/**
 * Where each row goes: a table of the first migration, and what it is made of. A trade had one notification, and its
 * request said MD5 when the merchant did.
 */
const COPIES: [table: string, statement: string][] = [
  ['settings', 'insert into settings select name, value from old_settings'],
  [
    'trades',
    `insert into trades (mch_id, out_trade_no, appid, api_version, trade_type, total_fee, body, detail, attach, device_info,
       openid, sign_type, notify_url, request, state, created_at, expires_at, transaction_id, paid_at, closed_at, is_sandbox)
     select mch_id, out_trade_no, appid, 'v2', trade_type, total_fee, body, '', attach, device_info,
       openid, sign_type, notify_url, replace(replace(request, ',["sign_type","MD5"]', ''), '["sign_type","MD5"],', ''), state,
       created_at, expires_at, transaction_id, paid_at, closed_at, is_sandbox
     from old_trades order by rowid`,
  ],
  [
    'trades',
    `insert into notifications (api_version, kind, mch_id, out_trade_no, notify_url, body, created_at)
     select 'v2', 'payment', mch_id, out_trade_no, notify_url, news, paid_at
     from old_trades where news is not null order by paid_at, rowid`,
  ],
  [
    'prepays',
    `insert into prepays (prepay_id, mch_id, out_trade_no, code_url, package, created_at)
     select prepay_id, mch_id, out_trade_no, code_url, package, created_at from old_prepays order by rowid`,
  ],
  [
    'authorizations',
    `insert into authorizations (code, appid, openid, created_at, is_used)
     select code, appid, openid, created_at, is_used from old_authorizations`,
  ],
  [
    'requests',
    `insert into requests (seq, at, api_version, method, path, out_trade_no, headers, body, body_sha256, outcome, status,
       answer, answered, explanation, warnings, faults)
     select seq, at, 'v2', method, path, out_trade_no, '[]', body, body_sha256, outcome, 200,
       answer, answered, explanation, '[]', faults from old_requests`,
  ],
  [
    'deliveries',
    `insert into deliveries (id, notification_id, mch_id, out_trade_no, attempt, notify_url, body, body_sha256, due_at,
       sent_at, http_status, reply_code, reply, outcome, cause, faults, request_headers, reply_headers, is_held)
     select d.id, n.id, d.mch_id, d.out_trade_no, d.attempt, d.notify_url, d.body, d.body_sha256, d.due_at,
       d.sent_at, d.http_status, d.reply_code, d.reply, d.outcome, d.cause, d.faults, d.request_headers, d.reply_headers, d.is_held
     from old_deliveries d join notifications n on n.mch_id = d.mch_id and n.out_trade_no = d.out_trade_no`,
  ],
  [
    'faults',
    `insert into faults (out_trade_no, name, value, times, probability, seed, draws)
     select out_trade_no, name, value, times, probability, seed, draws from old_faults order by rowid`,
  ],
]

/** Makes room for the tables of the migrations. */
export function setOldTablesAside(client: Sqlite.Database, version: number): void {
  for (let from = version; from < OLD_VERSION_MAX; from += 1) client.exec(UPGRADES[from] ?? '')
  for (const index of namesOf(client, 'index')) client.exec(`drop index "${index}"`)
  for (const table of oldTablesOf(client)) client.exec(`alter table "${table}" rename to "old_${table}"`)
  client.pragma('user_version = 0')
}

/** Moves the rows of the old tables into those of the first migration. */
export function copyOldRows(client: Sqlite.Database): void {
  const old = namesOf(client, 'table')
  for (const [table, statement] of COPIES) if (old.includes(`old_${table}`)) client.exec(statement)
  for (const table of old.filter((it) => it.startsWith('old_'))) client.exec(`drop table "${table}"`)
}

function oldTablesOf(client: Sqlite.Database): string[] {
  const copied = new Set(COPIES.map(([table]) => table))
  return namesOf(client, 'table').filter((name) => copied.has(name))
}

/** Names of what somebody made; SQLite's own indexes have no text. */
function namesOf(client: Sqlite.Database, type: 'table' | 'index'): string[] {
  return client
    .prepare(`select name from sqlite_master where type = ? and sql is not null and name not like 'sqlite_%'`)
    .pluck()
    .all(type)
    .map(String)
}
