import { randomBytes } from 'node:crypto'
import { eq } from 'drizzle-orm'
import type { Access } from './access'
import { secrets } from './auth-schema'

/** A random key of this shop, 32 bytes in hex, made at first use and kept. */
export type Secret = (name: string) => Promise<string>

export function openSecrets({ write }: Access): Secret {
  return (name) =>
    write(async (tx) => {
      const [kept] = await tx.select().from(secrets).where(eq(secrets.name, name))
      if (kept !== undefined) return kept.value
      const value = randomBytes(32).toString('hex')
      await tx.insert(secrets).values({ name, value })
      return value
    })
}
