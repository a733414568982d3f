import { readFileSync } from 'node:fs'
import type { ShopProcess } from '../processes/shop-process'
import { forged, genuine, notify, page, repeat } from './calls'
import { openSides } from './sides'
import type { Row } from './table'

/* How much memory the shop has after so many requests of all kinds: `npm run bench -- --only memory`. */

const CONNECTIONS = 16
const SALES = 500
const STEPS = 10

export async function measureMemory(requests: number, hear: (text: string) => void): Promise<Row[]> {
  const world = await openSides(SALES)
  try {
    const shop = world.sides.sqlite
    const many = Math.ceil(requests / STEPS / 5)
    const mixed = () =>
      [
        ...notify('/api/wechat/notify', take(genuine(world.sales), many)),
        ...notify('/api/wechat/notify', take(forged(world.sales), many)),
        ...repeat(many, page('/')),
        ...repeat(many, page('/products/longjing', { cookie: 'cart=any' })),
        ...repeat(many, page('/api/products')),
      ].sort((a, b) => (a.body ?? a.path).localeCompare(b.body ?? b.path))
    const rows: Row[] = [{ requests: '0', megabytes: memoryOf(shop) }]
    for (let step = 1; step <= STEPS; step += 1) {
      await world.drive({ origin: shop.url, connections: CONNECTIONS, calls: mixed() })
      rows.push({ requests: String(5 * many * step), megabytes: memoryOf(shop) })
      hear(JSON.stringify(rows.at(-1)))
    }
    return rows
  } finally {
    await world.close()
  }
}

/** So many of them, from the beginning again where there are fewer. */
function take(bodies: string[], many: number): string[] {
  return Array.from({ length: many }, (_, at) => bodies[at % bodies.length] ?? '')
}

/** What a process has in memory; nothing where the system does not tell. */
function memoryOf({ pid }: ShopProcess): string {
  try {
    const kilobytes = Number(/VmRSS:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, 'utf8'))?.[1])
    return String(Math.round(kilobytes / 1024))
  } catch {
    return ''
  }
}
