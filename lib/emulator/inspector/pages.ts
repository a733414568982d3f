import type { Context } from 'hono'
import type { Page, View } from '../page'
import { type Env, type PageStatus, showPage } from '../show-page'
import type { WeChat } from '../wechat'
import { contextOf, type InspectorContext } from './frame'

/** Draws pages. They are read and counted in one go: nothing is written in between that an open page could miss. */
export function pagesOf({ ledger, clock }: WeChat, base: string) {
  return (c: Context<Env>, draw: (context: InspectorContext) => ReturnType<typeof Page>, status?: PageStatus) => {
    const ledgerState = { now: clock.now(), changes: ledger.countChanges(), faults: ledger.listFaults().length }
    return showPage(c, base, (view: View) => draw(contextOf(view, ledgerState)), { status, hasScript: true })
  }
}
