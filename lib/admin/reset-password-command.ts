import { existsSync } from 'node:fs'
import { parseArgs } from 'node:util'
import { openDatabase } from '@/db/open'
import { environment } from '@/lib/environment'
import { resetPassword } from './reset-password'

/* What `npm run reset-password` starts; the shop may run meanwhile. */

const USAGE = 'npm run reset-password -- EMAIL [--without-second-factor]'

process.umask(0o077)

async function main(): Promise<void> {
  const { positionals, values } = parseArgs({
    allowPositionals: true,
    options: { 'without-second-factor': { type: 'boolean', default: false } },
  })
  const [email] = positionals
  if (email === undefined || positionals.length > 1) return fail(`One e-mail is needed: ${USAGE}`)
  // An empty variable is how shells and container files say "not set".
  const url = environment.shape.DATABASE_URL.safeParse(process.env.DATABASE_URL || undefined)
  if (!url.success) return fail(`DATABASE_URL ${url.error.issues.map(({ message }) => message).join(', ')}`)
  // Opening would make a new shop where none is.
  const path = url.data.replace(/^file:/, '')
  if (url.data.startsWith('file:') && !existsSync(path))
    return fail(`There is no shop at ${path}; DATABASE_URL says where.`)

  const database = await openDatabase(url.data)
  const reset = await resetPassword(database, email, { withoutSecondFactor: values['without-second-factor'] })
  await database.close()
  if (!reset.ok) return fail(`Nobody has the e-mail ${email}. Admins: ${reset.known.join(', ') || 'none yet'}`)
  console.log(`${reset.email} can sign in with this password, and all their sessions have ended:\n${reset.password}`)
}

function fail(message: string): void {
  console.error(message)
  process.exitCode = 1
}

await main().catch((error: unknown) => fail(error instanceof Error ? error.message : String(error)))
