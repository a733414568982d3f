import { mkdirSync, mkdtempSync, rmSync } from 'node:fs'
import { join } from 'node:path'
import { build } from 'esbuild'
import { type ShopProcess, startProcess } from '../processes/shop-process'
import type { DiskVariables } from './disk'

/** The two programs of a world. */
export type Programs = {
  startShop: (port: number, disk: DiskVariables, world: { weChatUrl: string; aheadMs: number }) => Promise<ShopProcess>
  startWeChat: (port: number, disk: DiskVariables) => Promise<ShopProcess>
  /** Whether the shop's clock can be pushed ahead. */
  hasClock: boolean
  /** Whether every customer pays in the end: nobody waits for the time of an order to be over. */
  isEverybodyPaying: boolean
}

/** Gives modules of the older kind, inside one file of the newer, what they expect around them. */
const SURROUNDINGS = [
  `import { createRequire } from 'node:module'`,
  'const require = createRequire(import.meta.url), __dirname = import.meta.dirname, __filename = import.meta.filename',
].join('\n')

/**
 * Shop and emulator, each put into one file: so they start in a third of the time, and they start hundreds of times. The
 * forgetful shop acknowledges before its disk has kept anything.
 */
export async function buildPrograms() {
  // Inside, so that the packages that stay outside of the two files are found.
  mkdirSync('node_modules/.cache', { recursive: true })
  const folder = mkdtempSync('node_modules/.cache/kills-')
  await build({
    entryPoints: { shop: 'test/kills/shop.ts', emulator: 'lib/emulator/main.ts' },
    outdir: folder,
    outExtension: { '.js': '.mjs' },
    bundle: true,
    platform: 'node',
    format: 'esm',
    // A route that is not used, and what it imports, is not loaded.
    splitting: true,
    mainFields: ['module', 'main'],
    external: ['better-sqlite3', 'next', 'next-intl'],
    banner: { js: SURROUNDINGS },
    logLevel: 'error',
  })
  const programsWith = (kind: 'honest' | 'forgetful'): Programs => ({
    startShop: (port, disk, { weChatUrl, aheadMs }) =>
      startProcess([join(folder, 'shop.mjs'), kind], `http://127.0.0.1:${port}`, {
        ...disk,
        PORT: String(port),
        PAYMENTS: 'emulator',
        WXPAY_API_BASE: weChatUrl,
        DATABASE_URL: `file:${disk.POWER_FOLDER}/shop.db`,
        ORDER_TTL_MINUTES: '5',
        RATE_LIMITS: 'off',
        AHEAD_MS: String(aheadMs),
      }),
    startWeChat: (port, disk) =>
      startProcess([join(folder, 'emulator.mjs')], `http://127.0.0.1:${port}`, {
        ...disk,
        EMULATOR_PORT: String(port),
        EMULATOR_DATABASE_URL: `file:${disk.POWER_FOLDER}/emulator.db`,
      }),
    hasClock: true,
    isEverybodyPaying: false,
  })
  return {
    honest: programsWith('honest'),
    forgetful: programsWith('forgetful'),
    remove: () => rmSync(folder, { recursive: true, force: true }),
  }
}
