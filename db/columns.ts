import { sql } from 'drizzle-orm'
import { type AnySQLiteColumn, integer, sqliteTable, text } from 'drizzle-orm/sqlite-core'
import type { Fen } from '@/lib/shop/money'

/*
 * SQLite puts 1.5 and 'abc' into an integer column without a word, so every number is checked by the table itself.
 * Instants are epoch milliseconds, money is whole fen.
 */

export const fen = (name: string) => integer(name).$type<Fen>()
export const at = (name: string) => integer(name)
export const json = <T>(name: string) => text(name, { mode: 'json' }).$type<T>()

export const isWhole = (column: AnySQLiteColumn, min: number, max: number) =>
  sql`typeof(${column}) = 'integer' and ${column} between ${sql.raw(String(min))} and ${sql.raw(String(max))}`
export const isWholeOrNull = (column: AnySQLiteColumn) => sql`${column} is null or typeof(${column}) = 'integer'`
export const isOneOf = (column: AnySQLiteColumn, words: readonly string[]) =>
  sql`${column} in (${sql.raw(words.map((word) => `'${word}'`).join(', '))})`

export const COUNT_MAX = 1_000_000

/** The words that a column may hold. The column refers to them, so another word is a row more and no change of a table. */
export const wordList = (name: string) => sqliteTable(name, { word: text('word').primaryKey() })

/** A column that holds one word of a list. */
export const oneOf = <Word extends string>(name: string, list: ReturnType<typeof wordList>) =>
  text(name)
    .$type<Word>()
    .references(() => list.word)
