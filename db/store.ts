import { sql } from 'drizzle-orm'
import type { LogLimits } from '@/lib/shop/notification-log'
import type { Store } from '@/lib/shop/store'
import type { Access } from './access'
import { openAudit } from './audit'
import { openBills } from './bills'
import { openCalls } from './calls'
import { openChanges } from './changes'
import { openDifferences } from './differences'
import { openInventory } from './inventory'
import { openNotifications } from './notifications'
import { openOrders } from './orders'
import { openPayments } from './payments'
import { openProducts } from './products'
import { openRefunds } from './refunds'
import { openReview } from './review'
import { products } from './schema'

/** The shop's store; what each method promises stands in its interface. */
export function openStore(access: Access, limits: LogLimits): Store {
  return {
    ...openProducts(access),
    ...openInventory(access),
    ...openOrders(access),
    ...openPayments(access),
    ...openChanges(access, limits),
    ...openRefunds(access, limits),
    ...openBills(access),
    ...openDifferences(access),
    ...openNotifications(access),
    ...openAudit(access),
    ...openCalls(access),
    ...openReview(access),
    ping: () =>
      access.read(async (tx) => {
        await tx.select({ one: sql`1` }).from(products).limit(1)
      }),
  }
}
