import { cpSync, existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from 'node:fs'
import { join, resolve } from 'node:path'
import { generateDtsBundle } from 'dts-bundle-generator'
import { build, type Metafile, type Plugin } from 'esbuild'
import { z } from 'zod'

/** What `npm pack` packs; made anew each time. */
const FOLDER = '.package'
const SOURCE = 'lib/emulator/package'
/** The only one that is not bundled: it is native, and each machine installs its own. */
const NATIVE = 'better-sqlite3'
const COMMAND = 'wechat-pay-emulator'

const manifest = z.object({
  version: z.string(),
  license: z.string(),
  engines: z.record(z.string(), z.string()),
  dependencies: z.record(z.string(), z.string()),
})

/** In the package the migrations lie beside the bundle. */
const migrationsBesideBundle: Plugin = {
  name: 'migrations-beside-bundle',
  setup: ({ onResolve }) => {
    onResolve({ filter: /\/migrations-folder$/ }, () => ({ path: resolve(SOURCE, 'migrations-folder.ts') }))
  },
}

/** Makes the folder of the emulator's package, without the shop: its code, its types, its manifest and its README. */
async function main(): Promise<void> {
  rmSync(FOLDER, { recursive: true, force: true })
  mkdirSync(FOLDER)
  const { metafile } = await build({
    entryPoints: [join(SOURCE, 'index.ts')],
    outfile: join(FOLDER, 'index.js'),
    bundle: true,
    platform: 'node',
    target: 'node20.20',
    // Jest cannot load modules of the newer kind, and those can load this one.
    format: 'cjs',
    minifyWhitespace: true,
    minifySyntax: true,
    external: [NATIVE],
    plugins: [migrationsBesideBundle],
    metafile: true,
    logLevel: 'warning',
  })
  write('licences.txt', licencesOf(metafile))
  write('command.js', `#!/usr/bin/env node\nrequire('./index.js').runCommand('npx ${COMMAND}')\n`)
  write('index.d.ts', declarations())
  write('package.json', `${JSON.stringify(packageManifest(), null, 2)}\n`)
  write('README.md', readme())
  cpSync('LICENSE', join(FOLDER, 'LICENSE'))
  cpSync('lib/emulator/ledger/migrations', join(FOLDER, 'migrations'), {
    recursive: true,
    // Snapshots are for whoever writes the next migration.
    filter: (path) => !path.endsWith('_snapshot.json'),
  })
}

function write(name: string, content: string): void {
  writeFileSync(join(FOLDER, name), content)
}

function packageManifest() {
  const { version, license, engines, dependencies } = manifest.parse(JSON.parse(readFileSync('package.json', 'utf8')))
  return {
    name: COMMAND,
    version,
    description:
      'WeChat Pay on your own machine: API v2 and v3, notifications, refunds, bills and the phone of a buyer.',
    license,
    engines,
    main: './index.js',
    types: './index.d.ts',
    bin: { [COMMAND]: './command.js' },
    dependencies: { [NATIVE]: dependencies[NATIVE] },
  }
}

function declarations(): string {
  const [text = ''] = generateDtsBundle(
    [{ filePath: join(SOURCE, 'declarations.ts'), output: { noBanner: true, exportReferencedTypes: false } }],
    { preferredConfigPath: 'tsconfig.json' },
  )
  return text
}

/** The section of the project's README that is about the package, with headings one level higher. */
function readme(): string {
  const [, section = ''] =
    /^## The emulator as a package\n([\s\S]*?)(?=^## )/m.exec(readFileSync('README.md', 'utf8')) ?? []
  if (section === '') throw new Error('README.md has no section about the package')
  return `# ${COMMAND}\n${section.replaceAll(/^###/gm, '##').trimEnd()}\n`
}

/** The licences of what is bundled, which want to be kept beside every copy. */
function licencesOf({ inputs }: Metafile): string {
  const names = new Set(
    Object.keys(inputs).flatMap((path) => /^node_modules\/((?:@[^/]+\/)?[^/]+)\//.exec(path)?.[1] ?? []),
  )
  return [...names]
    .sort()
    .map((name) => `${name}\n\n${licenceOf(join('node_modules', name))}`)
    .join(`\n\n${'-'.repeat(80)}\n\n`)
}

function licenceOf(folder: string): string {
  const file = existsSync(folder) && readdirSync(folder).find((it) => /^licen[cs]e/i.test(it))
  if (file) return readFileSync(join(folder, file), 'utf8').trim()
  const { license } = z
    .object({ license: z.string() })
    .parse(JSON.parse(readFileSync(join(folder, 'package.json'), 'utf8')))
  return license
}

await main()
