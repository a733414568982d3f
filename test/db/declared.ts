import { readdirSync, readFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import type { Config } from 'drizzle-kit'

/** All that the schema files of a configuration declare. */
export async function declared({ schema = [] }: Config): Promise<Record<string, unknown>> {
  const parts: object[] = await Promise.all([schema].flat().map((file) => import(resolve(file))))
  return Object.assign({}, ...parts)
}

/** The tables that the newest migration leaves behind, as the generator of migrations wrote them down. */
export function newestSnapshot({ out = '' }: Config): { tables: unknown; views: unknown } {
  const folder = join(out, 'meta')
  const [newest = ''] = readdirSync(folder)
    .filter((name) => name.endsWith('_snapshot.json'))
    .sort()
    .reverse()
  const { tables, views } = JSON.parse(readFileSync(join(folder, newest), 'utf8'))
  return { tables, views }
}
