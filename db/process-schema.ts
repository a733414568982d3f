import { at, check, index, isInteger, isWhole, primaryKey, table, text, whole } from './columns'

/* What the processes of one shop tell each other. */

/** A row of each process of the shop, which it writes each second: it can, it is there, and so much of what it wrote is news. */
export const pulse = table(
  'pulse',
  {
    /** Drawn by the process. Row 1 belongs to processes of a former version. */
    id: whole('id').primaryKey(),
    beats: whole('beats').notNull(),
    /** Commits with nothing in them that anybody waits for, and the others, until this beat. */
    quiet: whole('quiet').notNull().default(0),
    news: whole('news').notNull().default(0),
    at: at('at').notNull().default(0),
  },
  (columns) => [check('pulse_beats', isWhole(columns.beats, 1, Number.MAX_SAFE_INTEGER))],
)

/** What each process has let through of a limit, for the others to count with. `key` is a hash: nobody's address is kept. */
export const limitUses = table(
  'limit_uses',
  {
    instance: whole('instance').notNull(),
    key: text('key').notNull(),
    points: whole('points').notNull(),
    endsAt: at('ends_at').notNull(),
  },
  (columns) => [
    primaryKey({ name: 'limit_uses_instance_key', columns: [columns.instance, columns.key] }),
    check('limit_uses_points', isWhole(columns.points, 0, Number.MAX_SAFE_INTEGER)),
  ],
)

/** What a form pressed once was answered, for whoever presses it again; encrypted under the press, which is not kept. */
export const presses = table(
  'presses',
  { key: text('key').primaryKey(), at: at('at').notNull(), answer: text('answer') },
  (columns) => [index('presses_by_time').on(columns.at), check('presses_at', isInteger(columns.at))],
)
