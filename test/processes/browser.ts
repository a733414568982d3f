import { existsSync } from 'node:fs'
import { delimiter, join } from 'node:path'
import { type Browser, chromium } from '@playwright/test'
import { unpackChromium } from './packaged-chromium'

/** A program, and what it needs around it to run. */
export type Chromium = { path: string; env?: Record<string, string> }

const NAMES = ['chromium', 'chromium-browser', 'google-chrome', 'google-chrome-stable']
const OFF_THE_PATH = [
  '/Applications/Google Chrome.app/Contents/MacOS/Google Chrome',
  'C:\\Program Files\\Google\\Chrome\\Application\\chrome.exe',
]

/** A browser is asked of nobody but the shop: no updates, no sync, no telemetry. */
const ARGS = [
  '--no-sandbox',
  '--disable-gpu',
  '--disable-quic',
  '--no-first-run',
  '--disable-background-networking',
  '--disable-component-update',
  '--disable-sync',
]

/** Opens a Chromium of this machine, or the one that came with the packages. */
export function openBrowser(): Promise<Browser> {
  return launch(findChromium(process.env))
}

export function launch({ path, env }: Chromium): Promise<Browser> {
  return chromium.launch({ executablePath: path, args: ARGS, ...(env && { env: { ...process.env, ...env } }) })
}

/** The one that is named, else the system's, else Playwright's own, else the packaged one. */
export function findChromium({ CHROMIUM_PATH, PATH }: Record<string, string | undefined>): Chromium {
  if (CHROMIUM_PATH) {
    if (existsSync(CHROMIUM_PATH)) return { path: CHROMIUM_PATH }
    throw new Error(`CHROMIUM_PATH names ${CHROMIUM_PATH}, and nothing is there.`)
  }
  const onThePath = (PATH ?? '').split(delimiter).flatMap((folder) => NAMES.map((name) => join(folder, name)))
  const found = [...onThePath, ...OFF_THE_PATH, chromium.executablePath()].find((path) => existsSync(path))
  return found === undefined ? unpackChromium() : { path: found }
}
