import { resolve } from 'node:path'

/** The file that an address names. */
export function pathOf(url: string): string {
  if (!url.startsWith('file:'))
    throw new Error('DATABASE_URL must be file:<path>; other databases are not supported yet')
  return resolve(url.slice('file:'.length))
}
