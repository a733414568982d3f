import { mkdirSync, mkdtempSync, readFileSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { type BuildOptions, build, type Plugin } from 'esbuild'
import { type ShopProcess, startProcess } from '../processes/shop-process'
import type { DiskVariables } from './disk'

/** What a shop finds when it starts; `variables` names a database that is not on its disk. */
type ShopWorld = { weChatUrl: string; aheadMs: number; variables?: Record<string, string> }

/** The two programs of a world. */
export type Programs = {
  startShop: (port: number, disk: DiskVariables, world: ShopWorld) => Promise<ShopProcess>
  startWeChat: (port: number, disk: DiskVariables, aheadMs: number) => Promise<ShopProcess>
  /** Whether the clocks of both can be pushed ahead; else only WeChat's, by its own control. */
  hasClock: boolean
  /** Whether an operator can press for a refund without signing in. */
  hasOperator: boolean
  /** Whether every customer pays in the end: nobody waits for the time of an order to be over. */
  isEverybodyPaying: boolean
}

/** Gives modules of the older kind, inside one file of the newer, what they expect around them. */
const SURROUNDINGS = [
  `import { createRequire } from 'node:module'`,
  'const require = createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename',
].join('\n')

/** Makes a shop that acknowledges too early, to show that it is found out. */
const FORGETFUL: Plugin = {
  name: 'forgetful',
  setup: (builder) => {
    builder.onLoad({ filter: /db\/sqlite\/open\.ts$/ }, ({ path }) => {
      const [before, after, ...more] = readFileSync(path, 'utf8').split("synchronous: ['FULL', 2]")
      if (after === undefined || more.length > 0)
        throw new Error('the setting that makes commits wait is not there once')
      return { contents: `${before}synchronous: ['NORMAL', 1]${after}`, loader: 'ts' }
    })
  },
}

/**
 * Shop and emulator, each put into one file: so they start in a third of the time, and they start hundreds of times. The
 * forgetful shop acknowledges before its disk has kept anything.
 */
export async function buildPrograms() {
  // Inside, so that the packages that stay outside of the two files are found.
  mkdirSync('node_modules/.cache', { recursive: true })
  const folder = mkdtempSync('node_modules/.cache/kills-')
  const options: BuildOptions = {
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    // A route that is not used, and what it imports, is not loaded.
    splitting: true,
    mainFields: ['module', 'main'],
    // Of the last two one has to be loaded before the other, which a bundle does not keep.
    external: ['better-sqlite3', 'next', 'next-intl', 'reflect-metadata', '@peculiar/x509'],
    banner: { js: SURROUNDINGS },
    logLevel: 'error',
  }
  const shop = 'test/kills/shop.ts'
  const honest = { ...options, entryPoints: { shop, wechat: 'test/kills/wechat.ts' }, outdir: join(folder, 'honest') }
  const forgetful = { ...options, entryPoints: { shop }, outdir: join(folder, 'forgetful'), plugins: [FORGETFUL] }
  await Promise.all([build(honest), build(forgetful)])
  const programsWith = (kind: 'honest' | 'forgetful'): Programs => ({
    startShop: (port, disk, { weChatUrl, aheadMs, variables }) =>
      startProcess([join(folder, kind, 'shop.mjs')], `http://127.0.0.1:${port}`, {
        ...disk,
        PORT: String(port),
        PAYMENTS: 'emulator',
        WXPAY_API_BASE: weChatUrl,
        DATABASE_URL: `file:${disk.POWER_FOLDER}/shop.db`,
        ORDER_TTL_MINUTES: '5',
        RATE_LIMITS: 'off',
        AHEAD_MS: String(aheadMs),
        ...variables,
      }),
    startWeChat: (port, disk, aheadMs) =>
      startProcess([join(folder, 'honest/wechat.mjs')], `http://127.0.0.1:${port}`, {
        ...disk,
        AHEAD_MS: String(aheadMs),
        EMULATOR_PORT: String(port),
        EMULATOR_DATABASE_URL: `file:${disk.POWER_FOLDER}/emulator.db`,
      }),
    hasClock: true,
    hasOperator: true,
    isEverybodyPaying: false,
  })
  return {
    honest: programsWith('honest'),
    forgetful: programsWith('forgetful'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
