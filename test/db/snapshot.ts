import { readdirSync, readFileSync } from 'node:fs'

/** The tables that the newest of some migrations leaves behind, as the generator of migrations wrote them down. */
export function newestSnapshot(migrations: string): { tables: unknown; views: unknown } {
  const folder = `${migrations}/meta`
  const [newest] = readdirSync(folder)
    .filter((name) => name.endsWith('_snapshot.json'))
    .sort()
    .reverse()
  const { tables, views } = JSON.parse(readFileSync(`${folder}/${newest}`, 'utf8'))
  return { tables, views }
}
