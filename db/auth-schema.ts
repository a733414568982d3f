import {
  at,
  check,
  converted,
  flag,
  flagOr,
  index,
  isInteger,
  moment,
  table,
  text,
  uniqueIndex,
  whole,
} from './columns'
import { hashToken } from './session-tokens'

/* The tables of better-auth, with the names and types that its adapter expects. */

const hashed = (name: string) => converted(name, hashToken)

export const user = table('user', {
  id: text('id').primaryKey(),
  name: text('name').notNull(),
  email: text('email').notNull().unique(),
  emailVerified: flag('email_verified'),
  image: text('image'),
  role: text('role').notNull(),
  twoFactorEnabled: flagOr('two_factor_enabled', false),
  createdAt: moment('created_at').notNull(),
  updatedAt: moment('updated_at').notNull(),
})

export const session = table(
  'session',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    token: hashed('token').notNull().unique(),
    expiresAt: moment('expires_at').notNull(),
    ipAddress: text('ip_address'),
    userAgent: text('user_agent'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (columns) => [index('session_by_user').on(columns.userId)],
)

export const account = table(
  'account',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    accountId: text('account_id').notNull(),
    providerId: text('provider_id').notNull(),
    password: text('password'),
    accessToken: text('access_token'),
    refreshToken: text('refresh_token'),
    idToken: text('id_token'),
    accessTokenExpiresAt: moment('access_token_expires_at'),
    refreshTokenExpiresAt: moment('refresh_token_expires_at'),
    scope: text('scope'),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (columns) => [index('account_by_user').on(columns.userId)],
)

export const verification = table(
  'verification',
  {
    id: text('id').primaryKey(),
    identifier: text('identifier').notNull(),
    value: text('value').notNull(),
    expiresAt: moment('expires_at').notNull(),
    createdAt: moment('created_at').notNull(),
    updatedAt: moment('updated_at').notNull(),
  },
  (columns) => [index('verification_by_identifier').on(columns.identifier)],
)

/** What makes the codes of a second step, and what stands in for them; both encrypted. */
export const twoFactor = table('two_factor', {
  id: text('id').primaryKey(),
  userId: text('user_id')
    .notNull()
    .unique()
    .references(() => user.id, { onDelete: 'cascade' }),
  secret: text('secret').notNull(),
  backupCodes: text('backup_codes').notNull(),
  verified: flag('verified'),
  failedVerificationCount: whole('failed_verification_count').notNull().default(0),
  lockedUntil: moment('locked_until'),
})

/** Questions to the log that an admin asks often. */
export const savedFilters = table(
  'saved_filters',
  {
    id: text('id').primaryKey(),
    userId: text('user_id')
      .notNull()
      .references(() => user.id, { onDelete: 'cascade' }),
    name: text('name').notNull(),
    query: text('query').notNull(),
    createdAt: at('created_at').notNull(),
  },
  (columns) => [
    check('saved_filters_created_at', isInteger(columns.createdAt)),
    uniqueIndex('saved_filters_by_name').on(columns.userId, columns.name),
  ],
)

/** Attempts to sign in, counted in the store, so that every copy of the program counts the same. */
export const signInAttempts = table('sign_in_attempts', {
  key: text('key').primaryKey(),
  points: whole('points').notNull(),
  expire: whole('expire'),
})

/** Random keys of this shop, made at first use. */
export const secrets = table('secrets', { name: text('name').primaryKey(), value: text('value').notNull() })
