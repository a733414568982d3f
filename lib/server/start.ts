import { randomBytes } from 'node:crypto'
import { examineAtStart } from '@/lib/account/at-start'
import { warningAboutTerm } from '@/lib/certificate-file'
import { unreachableBecause } from '@/lib/config'
import { getRuntime, type Runtime } from '@/lib/runtime'
import { tickBills } from '@/lib/shop/reconcile'
import { isStoreUnavailable } from '@/lib/shop/store'
import { tick } from '@/lib/shop/worker'
import { adminLines } from './admin-lines'
import { demoSignIn } from './demo'
import { warningAbout } from './node-version'
import { type Started, shopProcess } from './process'

const TICK_MS = 1_000

/** Starts the shop of this process; one that cannot remember or query WeChat ends with a message instead of going on. */
export async function startOrExit(forWeChat: Started['forWeChat']): Promise<void> {
  try {
    if (!shopProcess().hasOwnServer) {
      // Only that server says for certain who is connected, and ends requests that never do.
      throw new Error('Start the shop with its own server: npm run demo, npm run dev or npm start.')
    }
    await start(forWeChat)
  } catch (error) {
    // Next.js would go on and say Ready.
    console.error(error instanceof Error ? error.message : error)
    process.exit(1)
  }
}

/** Starts what runs without anybody asking: the worker, the emulator's deliveries, and the events for open pages. */
async function start(forWeChat: Started['forWeChat']): Promise<void> {
  const runtime = await getRuntime()
  const own = shopProcess()
  const lines = await welcomeOf(runtime)
  runtime.emulator?.start()
  const stopWorker = repeat(async () => {
    await tick(runtime.shop)
    runtime.health.noteRound()
  }, runtime)
  // A bill may take minutes to come; payments do not wait for it.
  const stopBills = repeat(() => tickBills(runtime.shop), runtime)
  const stopEvents = repeat(await eventsOfOtherProcesses(runtime), runtime)
  const stopTelling = repeat(tellOfRefused(runtime), runtime)
  // Written together, the beat and what was counted share one commit.
  const stopWatch = repeat(async () => {
    await Promise.all([runtime.health.look(), shareLimits(runtime)])
  }, runtime)
  own.drain = async () => {
    runtime.watch.close()
    await Promise.all([stopWorker(), stopBills(), stopEvents(), stopTelling(), stopWatch(), runtime.emulator?.stop()])
  }
  own.close = async () => {
    const { signed, unsigned } = runtime.shop.processing
    await Promise.all([signed.end(), unsigned.end()])
    await runtime.close()
  }
  own.onListening = () => {
    // An emulator knows the account, as it is given the same settings.
    if (runtime.config.payments === 'wechat') void examineAtStart(runtime.config, runtime.shop, chances(runtime))
  }
  own.onStarted?.({ welcome: lines, limits: runtime.limits, shownOn: shownOn(runtime), forWeChat })
}

const chances = ({ shop }: Runtime) => ({ now: shop.now, newNonce: () => randomBytes(16).toString('hex') })

/**
 * Of the shop window and of a product's page: the goods, as they are in the store, and how to sign in to a new demo. Other
 * pages show more than that.
 */
function shownOn(runtime: Runtime): Started['shownOn'] {
  const { store } = runtime.shop
  return async (path) => {
    if (path === '/') return JSON.stringify([await store.listProducts(), await demoSignIn(runtime)])
    const [, slug] = /^\/products\/([\w-]+)$/.exec(path) ?? []
    const product = slug === undefined ? null : await store.findProduct(slug)
    return product && JSON.stringify([product, await demoSignIn(runtime)])
  }
}

/** Calls `work` again and again, never twice at once. The returned function ends that, and waits for the last call. */
function repeat(work: () => Promise<void> | void, { shop }: Runtime): () => Promise<void> {
  let isStopping = false
  let wake = () => {}
  const loop = async () => {
    while (!isStopping) {
      try {
        await work()
      } catch (error) {
        shop.log.error('tick_failed', error)
      }
      if (isStopping) return
      await new Promise<void>((resolve) => {
        const timer = setTimeout(resolve, TICK_MS)
        wake = () => {
          clearTimeout(timer)
          resolve()
        }
      })
    }
  }
  const running = loop()
  return async () => {
    isStopping = true
    wake()
    await running
  }
}

/** Another process may have written to the same file; then whoever watches an order here looks again. */
async function eventsOfOtherProcesses({ database, watch }: Runtime): Promise<() => Promise<void>> {
  let before = await database.changesOfOthers()
  return async () => {
    const now = await database.changesOfOthers()
    if (now !== before) watch.wakeAll()
    before = now
  }
}

/** A store that fails is said by its health. */
async function shareLimits({ limits }: Runtime): Promise<void> {
  await limits.share().catch((error: unknown) => {
    if (!isStoreUnavailable(error)) throw error
  })
}

/** Whoever sends a flood is not told one by one. */
function tellOfRefused({ shop }: Runtime): () => void {
  let told = 0
  return () => {
    const { refused } = shop.processing
    if (refused > told) shop.log.warn('notifications_refused', { count: refused - told, sinceStart: refused })
    told = refused
  }
}

async function welcomeOf(runtime: Runtime): Promise<string[]> {
  const { config } = runtime
  const { publicUrl, emulator, payments } = config
  const lines = [`Shop        ${publicUrl.origin}/`]
  if (emulator !== null) lines.push(`Phone       ${new URL(emulator.phonePath, publicUrl).href}`)
  lines.push(`Admin       ${publicUrl.origin}/admin`)
  const reasons = payments === 'wechat' ? unreachableBecause(publicUrl) : []
  lines.push(...reasons.map((reason) => `Warning     WeChat will not reach this shop: PUBLIC_URL ${reason}`))
  const ofCertificate = warningAboutTerm(config.certificate, runtime.shop.now())
  if (ofCertificate !== null) lines.push(`Warning     ${ofCertificate}`)
  const ofNode = warningAbout(process.versions.node, Date.now())
  if (ofNode !== null) lines.push(`Warning     ${ofNode}`)

  lines.push(...(await adminLines(runtime)))
  return lines
}
