import { changeStock } from '@/lib/shop/goods'
import { PRODUCTS } from './files'
import type { Stage } from './stage'

export const ACTOR = { email: 'ann@shop.example', role: 'operator', address: '127.0.0.1' } as const

/** Somebody books deliveries and losses while people buy, sometimes from a page that is old by then. */
export async function restock(stage: Stage): Promise<void> {
  const { chance, agenda } = stage
  for (let changes = chance.between(1, 4); changes > 0; changes -= 1) {
    await agenda.wait(chance.pick([0, 1_000, 60_000, 600_000]), 'an operator books')
    const id = chance.pick(PRODUCTS)
    const by = { type: 'add', pieces: chance.between(-2, 3) } as const
    try {
      const version = (await stage.visit((it) => it.store.findGoods(id)))?.version ?? 1
      await agenda.wait(chance.pick([0, 0, 5_000]), 'the operator presses')
      const result = await stage.visit((it) => changeStock(it, id, { version, by }, ACTOR))
      stage.tell(`  books ${by.pieces} of ${id}: ${result.ok || result.reason}`)
    } catch (error) {
      stage.tell(`  books ${by.pieces} of ${id}: ${error}`)
    }
  }
}
