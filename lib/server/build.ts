import { spawnSync } from 'node:child_process'
import { createHash } from 'node:crypto'
import { existsSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, relative } from 'node:path'

/** What the last build was made from, and its name. */
const STAMP = '.next/built-from'
const BUILD_ID = '.next/BUILD_ID'
/** The packages as they are installed; the lock file only says how they should be. */
const INSTALLED = 'node_modules/.package-lock.json'

/** Of this folder no part of a build. All else counts, so that nothing can be forgotten here: a file too many costs a build. */
const NO_PART = /^(node_modules|data|test|README\.md|next-env\.d\.ts|\..*)$/
/** What changes while the shop runs or is checked, wherever it lies. */
const CHANGING = /\.(db|db-shm|db-wal|log|tsbuildinfo)$/
/** Next.js reads these, although they are hidden. */
const ENVIRONMENT = /^\.env/

/** Builds the shop for production. Gives whether it could, and what Next.js said when nobody reads along. */
export function build(output: 'shown' | 'kept', folder = '.'): { isBuilt: boolean; output: string } {
  // Gone first: a build that ends halfway leaves no stamp.
  rmSync(join(folder, STAMP), { force: true })
  // Read before: what changes during the build makes the next start build again.
  const sources = fingerprint(folder)
  const next = createRequire(import.meta.url).resolve('next/dist/bin/next')
  const { status, stdout, stderr } = spawnSync(process.execPath, [next, 'build', folder], {
    stdio: output === 'shown' ? 'inherit' : 'pipe',
    env: { ...process.env, NEXT_TELEMETRY_DISABLED: '1', NODE_ENV: 'production' },
    encoding: 'utf8',
  })
  if (status === 0) writeFileSync(join(folder, STAMP), stampOf(folder, sources))
  return { isBuilt: status === 0, output: `${stdout ?? ''}${stderr ?? ''}` }
}

/** Whether the last build was made from just what lies here now. */
export function isBuilt(folder = '.'): boolean {
  const stamp = join(folder, STAMP)
  return existsSync(stamp) && readFileSync(stamp, 'utf8') === stampOf(folder, fingerprint(folder))
}

/** Names the build too: somebody may have called `next build` meanwhile. */
function stampOf(folder: string, sources: string): string {
  const name = join(folder, BUILD_ID)
  return `${sources} ${existsSync(name) ? readFileSync(name, 'utf8') : 'none'}`
}

/** One word for all that a build of this folder depends on. */
export function fingerprint(folder: string): string {
  const hash = createHash('sha256').update(process.version)
  for (const file of [...filesIn(folder), INSTALLED]) {
    const path = join(folder, file)
    if (existsSync(path)) hash.update(`\0${file}\0`).update(readFileSync(path))
  }
  return hash.digest('hex')
}

function filesIn(folder: string): string[] {
  const top = readdirSync(folder, { withFileTypes: true }).filter(
    ({ name }) => !NO_PART.test(name) || ENVIRONMENT.test(name),
  )
  const files = top.flatMap((entry) => {
    if (!entry.isDirectory()) return entry.name
    return readdirSync(join(folder, entry.name), { recursive: true, withFileTypes: true })
      .filter((it) => it.isFile())
      .map((it) => relative(folder, join(it.parentPath, it.name)))
  })
  return files.filter((name) => !CHANGING.test(name)).sort()
}
