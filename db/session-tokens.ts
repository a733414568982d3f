import { createHash } from 'node:crypto'
import type { drizzleAdapter } from 'better-auth/adapters/drizzle'

type Adapter = ReturnType<ReturnType<typeof drizzleAdapter>>

/** What the store keeps of a session's token: whoever reads the file cannot sign in with it. */
export function hashToken(token: string): string {
  return createHash('sha256').update(token).digest('base64url')
}

/**
 * The column hashes each token on its way into the file. What comes back from it is put right here: whoever makes a
 * session or looks one up by its token sees that token.
 */
export function withRealTokens(adapter: Adapter): Adapter {
  const real: Adapter = {
    ...adapter,
    create: async (query) => seen(await adapter.create(query), query.model, 'token' in query.data && query.data.token),
    findOne: async (query) => {
      const token = query.where.find(({ field }) => field === 'token')?.value
      return seen(await adapter.findOne(query), query.model, token)
    },
    transaction: (work) => work(real),
  }
  return real
}

function seen<Row>(row: Row, model: string, token: unknown): Row {
  return model === 'session' && typeof token === 'string' && row !== null ? { ...row, token } : row
}
