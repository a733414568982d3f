import { bigint, index, pgTable, text } from 'drizzle-orm/pg-core'

/** Commits by a name that whoever made one knows it by, for when the answer to it is lost. Kept for an hour. */
export const commits = pgTable(
  'commits',
  { id: text('id').primaryKey(), at: bigint('at', { mode: 'number' }).notNull() },
  (columns) => [index('commits_by_time').on(columns.at)],
)
