import { sql } from 'drizzle-orm'
import * as postgres from 'drizzle-orm/pg-core'
import * as sqlite from 'drizzle-orm/sqlite-core'
import type { Fen } from '@/lib/shop/money'

/*
 * What tables are made of, once for both databases. Queries are always written with SQLite's builder: the SQL that they
 * need is the part that PostgreSQL reads as well. Only the migrations of PostgreSQL are generated from its own columns
 * (`db/postgres/drizzle.config.ts`): there whole numbers have 64 bits, and bodies are `bytea`.
 *
 * SQLite puts 1.5 and 'abc' into an integer column without a word, so every number is checked by the table itself.
 * Instants are epoch milliseconds, money is whole fen.
 */

const isForPostgres = process.env.MIGRATIONS_FOR === 'postgres'

/** Makes columns of PostgreSQL pass for those of SQLite, which all the rest of the source knows. */
function choose<Column>(ofSqlite: () => Column, ofPostgres: () => unknown): Column {
  return isForPostgres ? (ofPostgres() as Column) : ofSqlite()
}

export type AnyColumn = sqlite.AnySQLiteColumn
export const table = choose(
  () => sqlite.sqliteTable,
  () => postgres.pgTable,
)
export const check = choose(
  () => sqlite.check,
  () => postgres.check,
)
export const index = choose(
  () => sqlite.index,
  () => postgres.index,
)
export const uniqueIndex = choose(
  () => sqlite.uniqueIndex,
  () => postgres.uniqueIndex,
)
export const primaryKey = choose(
  () => sqlite.primaryKey,
  () => postgres.primaryKey,
)

const bigint = (name: string) => postgres.bigint(name, { mode: 'number' })
const bytea = postgres.customType<{ data: Buffer }>({ dataType: () => 'bytea' })

export const text = (name: string) =>
  choose(
    () => sqlite.text(name),
    () => postgres.text(name),
  )
export const whole = (name: string) =>
  choose(
    () => sqlite.integer(name),
    () => bigint(name),
  )
/** A row's number, which the database gives. */
export const numbered = (name: string) =>
  choose(
    () => sqlite.integer(name).primaryKey({ autoIncrement: true }),
    () => bigint(name).primaryKey().generatedByDefaultAsIdentity(),
  )
export const flag = (name: string) =>
  choose(
    () => sqlite.integer(name, { mode: 'boolean' }).notNull(),
    () => bigint(name).notNull(),
  )
export const flagOr = (name: string, byDefault: boolean) =>
  choose(
    () => sqlite.integer(name, { mode: 'boolean' }).notNull().default(byDefault),
    () => bigint(name).notNull().default(Number(byDefault)),
  )
/** A time as better-auth wants it. */
export const moment = (name: string) =>
  choose(
    () => sqlite.integer(name, { mode: 'timestamp_ms' }),
    () => bigint(name),
  )
export const bytes = (name: string) =>
  choose(
    () => sqlite.blob(name, { mode: 'buffer' }),
    () => bytea(name),
  )
export const json = <T>(name: string) =>
  choose(
    () => sqlite.text(name, { mode: 'json' }).$type<T>(),
    () => postgres.text(name),
  )
/** A text that the store keeps in another form, and never gives back as it was. */
export const converted = (name: string, toDriver: (data: string) => string) =>
  choose(
    () => sqlite.customType<{ data: string; driverData: string }>({ dataType: () => 'text', toDriver })(name),
    () => postgres.text(name),
  )

export const fen = (name: string) => whole(name).$type<Fen>()
export const at = (name: string) => whole(name)

/** PostgreSQL's columns hold nothing else, and a check that is always true says so. */
const isOfType = (column: AnyColumn, type: string) =>
  isForPostgres ? sql`true` : sql`typeof(${column}) = ${sql.raw(`'${type}'`)}`
export const isInteger = (column: AnyColumn) => isOfType(column, 'integer')
export const isBlob = (column: AnyColumn) => isOfType(column, 'blob')
export const isWhole = (column: AnyColumn, min: number, max: number) => {
  const isBetween = sql`${column} between ${sql.raw(String(min))} and ${sql.raw(String(max))}`
  return isForPostgres ? isBetween : sql`${isInteger(column)} and ${isBetween}`
}
export const isWholeOrNull = (column: AnyColumn) => sql`${column} is null or ${isInteger(column)}`
export const isOneOf = (column: AnyColumn, words: readonly string[]) =>
  sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`

export const COUNT_MAX = 1_000_000

/** The words that a column may hold. The column refers to them, so another word is a row more and no change of a table. */
export const wordList = (name: string) => table(name, { word: text('word').primaryKey() })

/** A column that holds one word of a list. */
export const oneOf = <Word extends string>(name: string, list: ReturnType<typeof wordList>) =>
  text(name)
    .$type<Word>()
    .references(() => list.word)
