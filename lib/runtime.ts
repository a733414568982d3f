import { randomBytes } from 'node:crypto'
import { Cron } from 'croner'
import { GOODS } from '@/db/goods'
import { type Database, openDatabase } from '@/db/open'
import { type Auth, openAuth } from '@/lib/admin/auth'
import { type Hashing, openHashing } from '@/lib/admin/hashing'
import { openSignInAttempts, type SignInAttempts } from '@/lib/admin/sign-in-attempts'
import { type Health, type HealthProblem, openHealth } from '@/lib/server/health'
import { openLog } from '@/lib/server/log'
import { openWatch, type Watch } from '@/lib/server/order-events'
import { type ShopProcess, shopProcess } from '@/lib/server/process'
import { openPresses, type Presses } from '@/lib/web/presses'
import { type Limits, openLimits } from '@/lib/web/rate-limit'
import { type Config, readConfig, secretsOf } from './config'
import { createEmulator } from './emulator/emulator'
import type { KeyMaker, RunningEmulator, SendRequest } from './emulator/public'
import { openShared, shareEmulator } from './emulator/shared'
import en from './i18n/messages/en.json'
import zh from './i18n/messages/zh.json'
import { apiBaseOf, findV3Keys, openPayments, type PaymentsOptions } from './payments'
import { readFeeRate } from './shop/compare-bill'
import { applyList } from './shop/goods'
import type { ListedProduct } from './shop/price-list'
import { openProcessing } from './shop/processing'
import type { Shop } from './shop/shop'
import type { Store } from './shop/store'
import { termOf } from './wechat/certificate'
import { DEMO_ACCOUNT } from './wechat/demo-account'
import { type Fetch, type HttpOptions, openHttp } from './wechat/http'
import { type Authorization, openAuthorization } from './wechat/openid'
import { writeTime } from './wechat/time'

export type { Member } from '@/db/open'

/** Everything that a running shop consists of. */
export type Runtime = {
  config: Config
  shop: Shop
  watch: Watch
  database: Database
  auth: Auth
  signInAttempts: SignInAttempts
  hashing: Hashing
  /** Key of the proofs by which a browser is known to the shop. */
  browserSecret: string
  /** Key of what a page shows once. */
  shownSecret: string
  /** Key of the order tokens. */
  orderSecret: string
  /** Who sits in front of a page inside WeChat. */
  authorization: Authorization | null
  limits: Limits
  presses: Presses
  /** The built-in emulator; null when the shop talks to another address. */
  emulator: RunningEmulator | null
  health: Health
  close: () => Promise<void>
}

/** What a test injects: time and chance, and the wire between the built-in emulator and the shop. */
export type Surroundings = {
  now: () => number
  random: (bytes: number) => Uint8Array
  log: Shop['log']
  /** Whether the operator wants an empty database where there was one. */
  mayBeNew?: boolean
  /** Ends the process: what it writes is lost. */
  end?: (why: string) => void
  /** How the gateway reaches WeChat Pay; with the certificate, where that is demanded. */
  toWeChat: (emulator: RunningEmulator | null, certificate?: HttpOptions['certificate']) => Fetch
  /** How the built-in emulator delivers notifications; left out, over real HTTP. */
  toShop?: SendRequest
  /** How the built-in emulator makes keys; left out, by chance, which takes a while. */
  keyMaker?: KeyMaker
}

/** A hash takes a tenth of a second and 32 MB; strangers wait a second or two in line, and no longer. */
const HASHING = { atOnce: 2, strangersMax: 20 }

/** What buyers read on WeChat's side. */
const SHOP_NAME = { zh: zh.brand.name, en: en.brand.name }

/** Every day at 10:10: bills are there from nine o'clock, and are to be fetched after ten (bills, availability). */
const BILL_TIMES = new Cron('10 10 * * *', { timezone: 'Asia/Shanghai', paused: true })

/** Puts a shop together: here, and only here, all parts meet. */
export async function openRuntime(
  config: Config,
  surroundings: Surroundings = realSurroundings(config),
): Promise<Runtime> {
  const { mayBeNew = false, end = () => {} } = surroundings
  const database = await openDatabase(config.databaseUrl, {
    goods: GOODS,
    logLimits: config.logLimits,
    mayBeNew,
    onLost: end,
  })
  const emulator = openEmulator(config, surroundings)
  const watch = openWatch()
  const hashing = openHashing(HASHING)
  const toWeChat = surroundings.toWeChat(emulator)
  const shop = openShop(config, database.store, {
    ...surroundings,
    fetch: toWeChat,
    fetchCertified: surroundings.toWeChat(emulator, shownCertificate(config)),
    v3Keys: await findV3Keys(config, toWeChat),
    announce: watch.announce,
  })
  return {
    config,
    shop,
    watch,
    database,
    auth: openAuth(database.accounts, await database.secret('admin_sessions'), config, hashing),
    hashing,
    browserSecret: await database.secret('admin_browsers'),
    shownSecret: await database.secret('shown_once'),
    signInAttempts: openSignInAttempts(database.attempts, config.hasRateLimits),
    orderSecret: await database.secret('order_tokens'),
    authorization: openShopAuthorization(config, toWeChat),
    limits: openLimits(config.hasRateLimits, database.limitUses),
    presses: openPresses(surroundings.now, database.presses),
    emulator,
    health: openHealth({
      check: database.check,
      ping: database.store.ping,
      certificateProblem: () => certificateProblem(config, surroundings.now()),
      countRefused: () => shop.processing.refused,
      isStopping: () => shopProcess().isStopping === true,
    }),
    close: async () => {
      emulator?.close()
      await Promise.all(shop.unwrittenCalls)
      await database.close()
    },
  }
}

/** Makes the goods of a shop follow a price list, whether the shop runs or not. Says what changed. */
export async function applyPriceList({ databaseUrl }: Config, list: readonly ListedProduct[] = GOODS) {
  const { store, close } = await openDatabase(databaseUrl)
  try {
    return await applyList({ store, now: Date.now }, list, {
      email: 'npm run goods',
      role: null,
      address: 'this machine',
    })
  } finally {
    await close()
  }
}

/** The rules with all they need from outside; without route handlers, so that any number of them can be put together. */
export function openShop(
  config: Config,
  store: Store,
  {
    now,
    random,
    log,
    fetch,
    fetchCertified = fetch,
    v3Keys = null,
    announce,
  }: Pick<Surroundings, 'now' | 'random' | 'log'> & {
    fetch: Fetch
    /** The same with the merchant's certificate. */
    fetchCertified?: Fetch
    v3Keys?: PaymentsOptions['v3Keys']
    announce: Shop['announce']
  },
): Shop {
  const unwrittenCalls: Shop['unwrittenCalls'] = new Set()
  return {
    store,
    gateway: openPayments(config, {
      fetch,
      fetchCertified,
      v3Keys,
      now,
      newNonce: () => letters(random(20)),
      // Begun before whatever follows from the answer, so it is on the disk before that, or with it: they share a commit.
      // A log that cannot be written does not make the answer less true.
      onCall(call) {
        const written = store.insertCall(call).catch((error) => log.error('call_not_kept', error))
        unwrittenCalls.add(written)
        written.finally(() => unwrittenCalls.delete(written))
      },
    }),
    now,
    newOrderId: () => letters(random(26)),
    newOutTradeNo: (orderNumber) => `${orderNumber}-${letters(random(16)).toUpperCase()}`,
    newOutRefundNo: () => `${writeTime(now())}${letters(random(26))}`,
    feeRate: config.feeRate === null ? null : readFeeRate(config.feeRate),
    strayRefundReason: config.refundsStray ? zh.strayRefund.reason : null,
    billTimeAfter: (at) => BILL_TIMES.nextRun(new Date(at))?.getTime() ?? Number.POSITIVE_INFINITY,
    billDays: { openedUntil: 0 },
    orderTtlMs: config.orderTtlMs,
    orderHoldMs: config.orderHoldMs,
    log,
    inFlightQueries: new Map(),
    inFlightRefunds: new Map(),
    unwrittenCalls,
    processing: openProcessing(shopProcess().whenReady),
    announce,
  }
}

/** Plays the emulator for several processes of a shop. It serves them until it is told to stop. */
export async function shareOwnEmulator(config: Config): Promise<{ url: string; stop: () => Promise<void> }> {
  const emulator = openEmulator(config, realSurroundings(config))
  if (emulator === null) throw new Error('these settings have no emulator of their own')
  const server = await shareEmulator(emulator)
  emulator.start()
  return {
    url: server.url,
    stop: async () => {
      await Promise.all([server.stop(), emulator.stop()])
      emulator.close()
    },
  }
}

/** Null when the shop talks to another address. Of several processes one plays it. */
function openEmulator(config: Config, { now, random, toShop, keyMaker }: Surroundings): RunningEmulator | null {
  const { emulatorUrl } = shopProcess()
  if (config.emulator === null || config.apiBase !== null) return null
  if (emulatorUrl != null) return openShared(emulatorUrl)
  const { databaseUrl, isOpen, hosts, notifyOrigins } = config.emulator
  const { appid, mchId } = config.account
  const apiKey = config.account.apiKey?.reveal() ?? DEMO_ACCOUNT.apiKey
  const appSecret = config.authorization.appSecret?.reveal()
  return createEmulator({
    databaseUrl,
    accounts: [{ appid, mchId, apiKey, name: SHOP_NAME, ...(appSecret && { appSecret }) }],
    basePath: '/emulator',
    now,
    random,
    ...(toShop && { send: toShop }),
    ...(keyMaker && { keyMaker }),
    deliveryOrigins: [config.publicUrl.origin, ...notifyOrigins],
    hosts: [config.publicUrl.hostname, ...hosts],
    isOpen,
  })
}

function shownCertificate({ certificate }: Config): HttpOptions['certificate'] {
  return certificate === null ? undefined : { ...certificate, privateKey: certificate.privateKey.reveal() }
}

function certificateProblem({ certificate }: Config, now: number): HealthProblem | null {
  const term = certificate && termOf(certificate, now)
  return term && (term === 'expired' ? 'certificate_expired' : 'certificate_ends_soon')
}

/** Null when the operator gave no secret for it: then nobody inside WeChat can be asked who they are. */
function openShopAuthorization(config: Config, fetch: Fetch): Authorization | null {
  const { authorizeUrl, tokenUrl, appSecret } = config.authorization
  if (appSecret === null) return null
  const base = apiBaseOf(config)
  return openAuthorization({
    fetch,
    appid: config.account.appid,
    appSecret: appSecret.reveal(),
    authorizeUrl: authorizeUrl ?? `${base}/connect/oauth2/authorize`,
    tokenUrl: tokenUrl ?? `${base}/sns/oauth2/access_token`,
  })
}

function realSurroundings(config: Config): Surroundings {
  return {
    now: Date.now,
    random: randomBytes,
    log: openLog(config.logLevel, secretsOf(config)),
    mayBeNew: shopProcess().mayBeNew === true,
    end: endWith,
    toWeChat: (emulator, certificate) =>
      emulator === null ? openHttp({ certificate }) : (request) => emulator.fetch(request),
  }
}

/** Whoever restarts the shop has to see why it ended, past every bound; nothing that it still wrote would be found. */
function endWith(why: string): never {
  process.stderr.write(`${why}. The shop ends; nothing was acknowledged since.\n`)
  return process.exit(1)
}

const ALPHABET = '0123456789abcdefghjkmnpqrstvwxyz'

/** One letter or digit for each byte of chance: five bits of it, so that 26 of them carry 130 bits. */
function letters(bytes: Uint8Array): string {
  return Array.from(bytes, (byte) => ALPHABET[byte % ALPHABET.length]).join('')
}

/** Where this process keeps its shop. */
export function keptRuntime(): ShopProcess & { runtime?: Promise<Runtime> } {
  return shopProcess()
}

/** The shop of this process, opened at first use. Throws one message that names every wrong variable. */
export function getRuntime(): Promise<Runtime> {
  const own = keptRuntime()
  own.runtime ??= new Promise((resolve) => {
    const read = readConfig(process.env)
    if (!read.ok) throw new Error(`The environment is not right:\n  ${read.problems.join('\n  ')}`)
    resolve(openRuntime(read.config))
  })
  return own.runtime
}

export async function getShop(): Promise<Shop> {
  return (await getRuntime()).shop
}

export async function getConfig(): Promise<Config> {
  return (await getRuntime()).config
}
