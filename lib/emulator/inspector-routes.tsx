/** @jsxImportSource hono/jsx */
import { Hono } from 'hono'
import { InspectorPage } from './inspector'
import { INSPECTOR_CSS } from './inspector-style'
import { type Env, showPage, showStyle } from './show-page'
import type { WeChat } from './wechat'

/** Rows that the inspector shows of each kind. */
const ROWS_MAX = 50

/** The inspector's addresses. */
export function createInspector({ ledger, clock }: WeChat, base: string): Hono<Env> {
  const app = new Hono<Env>()
  app.get('/', (c) => {
    const books = {
      now: clock.now(),
      requests: ledger.listRequests(ROWS_MAX),
      trades: ledger.listTrades(ROWS_MAX),
      deliveries: ledger.listDeliveries(ROWS_MAX),
    }
    return showPage(c, base, (view) => <InspectorPage view={view} books={books} />)
  })
  app.get('/inspector.css', (c) => showStyle(c, INSPECTOR_CSS))
  return app
}
