import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { BrowserContext, Page } from '@playwright/test'
import Sqlite from 'better-sqlite3'
import { build, isBuilt } from '@/lib/server/build'
import { openBrowser } from '../processes/browser'
import { freePort, type ShopProcess, startShop } from '../processes/shop-process'
import type { Row } from './table'

/*
 * How long a buyer waits: from the press of the last digit on the phone until the page beside it says that the order is
 * paid, in a real browser, one payment after the other.
 */

/** Before the first that counts, so that everything has been compiled that runs. */
const WARM_UP = 10

/** Milliseconds after the press. */
type Felt = Record<'charged' | 'notified' | 'settled' | 'shown', number>

const WHAT: Record<keyof Felt, string> = {
  charged: 'WeChat has the money',
  notified: 'the notification is in the log',
  settled: 'the order is paid, and WeChat acknowledged',
  shown: 'the page says so',
}

export async function measureFelt(payments: number, hear: (text: string) => void): Promise<Row[]> {
  if (!isBuilt()) {
    const { isBuilt: isRight, output } = build('kept')
    if (!isRight) throw new Error(output)
  }
  const folder = mkdtempSync(join(tmpdir(), 'bench-'))
  const shop = await startShop(folder, await freePort())
  const browser = await openBrowser()
  try {
    restock(folder)
    const context = await browser.newContext({ baseURL: shop.url, viewport: { width: 1280, height: 800 } })
    await context.addInitScript({ content: NOTE_TIMES })
    const page = await context.newPage()
    const felt: Felt[] = []
    for (let n = 0; n < WARM_UP + payments; n += 1) {
      const one = await pay(context, page, shop, folder)
      if (n >= WARM_UP) felt.push(one)
      if (n % 20 === 19) hear(`${n + 1} payments`)
    }
    return (Object.keys(WHAT) as (keyof Felt)[]).map((name) =>
      rowOf(
        WHAT[name],
        felt.map((it) => it[name]),
      ),
    )
  } finally {
    await browser.close()
    await shop.end('SIGKILL')
    rmSync(folder, { recursive: true, force: true })
  }
}

function restock(folder: string): void {
  const file = new Sqlite(join(folder, 'shop.db'))
  file.exec('update products set stock = 100000')
  file.close()
}

/**
 * Runs in the page and in the phone inside it: notes when a key of the pad is pressed, and when the title has changed. As
 * text, since a function would come with what the compiler has put into it.
 */
const NOTE_TIMES = `
  if (window.top !== window) {
    const press = ({ timeStamp }) => { window.top.pressedAt = performance.timeOrigin + timeStamp }
    document.addEventListener('click', press, { capture: true })
  } else {
    const titleOf = () => document.querySelector('h1')?.textContent ?? ''
    let title = ''
    const look = () => {
      const isOther = title !== '' && titleOf() !== '' && titleOf() !== title
      title ||= titleOf()
      // What is drawn with the next frame is there when that frame has ended.
      if (isOther && !window.isShown) requestAnimationFrame(() => setTimeout(() => { window.shownAt = Date.now() }))
      window.isShown ||= isOther
    }
    document.addEventListener('DOMContentLoaded', () => {
      look()
      new MutationObserver(look).observe(document.body, { childList: true, subtree: true, characterData: true })
    })
  }
`

async function pay(context: BrowserContext, page: Page, shop: ShopProcess, folder: string): Promise<Felt> {
  const made = await context.request.post('/api/orders', {
    form: { item: 'tea-longjing:1' },
    headers: { origin: shop.url },
    maxRedirects: 0,
  })
  const order = made.headers().location ?? ''
  await page.goto(order)
  const phone = page.frameLocator('iframe')
  await phone.locator('.password > summary').click()
  for (const digit of '123456') await phone.locator(`.pad button[value="${digit}"]`).click()
  await page.waitForFunction(() => 'shownAt' in window)
  const noted = (name: string) => page.evaluate((it) => Number(Reflect.get(window, it)), name)
  const [pressedAt, shownAt] = [await noted('pressedAt'), await noted('shownAt')]
  const { charged, notified, settled } = timesOf(folder, order.split('/').at(-1) ?? '')
  return {
    charged: charged - pressedAt,
    notified: notified - pressedAt,
    settled: settled - pressedAt,
    shown: shownAt - pressedAt,
  }
}

/** What both sides wrote down about it. */
function timesOf(folder: string, orderId: string): Record<'charged' | 'notified' | 'settled', number> {
  const file = new Sqlite(join(folder, 'shop.db'), { readonly: true })
  file.exec(`attach '${join(folder, 'emulator.db')}' as emulator`)
  const row = file
    .prepare(
      `select t.paid_at as charged, n.received_at as notified, n.concluded_at as settled
      from payments p join notifications n on n.out_trade_no = p.out_trade_no
      join emulator.trades t on t.out_trade_no = p.out_trade_no where p.order_id = ? and n.verdict = 'applied'`,
    )
    .get(orderId)
  file.close()
  return row as Record<'charged' | 'notified' | 'settled', number>
}

function rowOf(what: string, values: number[]): Row {
  const sorted = [...values].sort((a, b) => a - b)
  const at = (share: number) => String(Math.round(sorted[Math.ceil(sorted.length * share) - 1] ?? Number.NaN))
  return {
    'after the press': what,
    'p50 ms': at(0.5),
    'p95 ms': at(0.95),
    'slowest ms': at(1),
    payments: String(values.length),
  }
}
