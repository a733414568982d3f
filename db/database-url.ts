import { resolve } from 'node:path'

export type DatabaseAddress = { type: 'sqlite'; path: string } | { type: 'postgres'; url: string; shown: string }

/** What an address names; `shown` has no password in it. Throws for one of another kind. */
export function addressOf(url: string): DatabaseAddress {
  if (url.startsWith('file:')) return { type: 'sqlite', path: resolve(url.slice('file:'.length)) }
  if (!/^postgres(ql)?:\/\//.test(url)) throw new Error('DATABASE_URL must be file:<path> or postgres://…')
  const shown = URL.parse(url)
  if (shown === null) throw new Error('DATABASE_URL must be file:<path> or postgres://…')
  shown.password = ''
  shown.search = ''
  return { type: 'postgres', url, shown: shown.href }
}
