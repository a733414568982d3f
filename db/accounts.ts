import type { BetterAuthOptions } from 'better-auth'
import { drizzleAdapter } from 'better-auth/adapters/drizzle'
import { DrizzleQueryError } from 'drizzle-orm'
import { authSchema, type Connection } from './access'
import { withRealTokens } from './session-tokens'

type Adapter = ReturnType<ReturnType<typeof drizzleAdapter>>

/** Accounts and sessions of admins, as the library wants them that keeps them. */
export type Accounts = (options: BetterAuthOptions) => Adapter

export function openAccounts(each: Connection): Accounts {
  const open = drizzleAdapter(each, { provider: 'sqlite', schema: authSchema })
  return (options) => withRealTokens(withPlainErrors(open(options)))
}

/** A query that failed says so with its values, which belong in no log: only its cause is told. */
function withPlainErrors(adapter: Adapter): Adapter {
  return new Proxy(adapter, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function') return member
      return async (...args: unknown[]) => {
        try {
          return await Reflect.apply(member, target, args)
        } catch (error) {
          throw error instanceof DrizzleQueryError ? error.cause : error
        }
      }
    },
  })
}
