import { readdirSync, readFileSync } from 'node:fs'
import { extname, join, relative, resolve } from 'node:path'
import { pathToFileURL } from 'node:url'
import { build, type Loader, type Metafile, type Plugin } from 'esbuild'

/**
 * Tests that run in a process of their own, take long by design, or ask the files themselves: they would find few mutants
 * and cost most of the time.
 */
const LEFT_OUT =
  /^test\/(processes|storms|kills|hostile\/slow|mutate)\/?|^test\/(reporter|walls|versions|server\/build)\.test\.ts$/

const COMMON = {
  bundle: true,
  write: false,
  platform: 'node',
  format: 'cjs',
  packages: 'external',
  jsx: 'automatic',
  logLevel: 'error',
} as const

function testFiles(): string[] {
  return readdirSync('test', { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.test\.tsx?$/.test(name))
    .map((name) => join('test', name))
    .filter((name) => !LEFT_OUT.test(name))
    .sort()
}

/** The tests that reach one of the files, and over how many imports the nearest of them is reached. */
export async function testsThatReach(files: string[]): Promise<{ test: string; distanceTo: Map<string, number> }[]> {
  const { metafile } = await build({ ...COMMON, entryPoints: testFiles(), outdir: 'nowhere', metafile: true })
  return testFiles()
    .map((test) => ({ test, distanceTo: distances(metafile, test) }))
    .filter(({ distanceTo }) => files.some((file) => distanceTo.has(file)))
}

function distances({ inputs }: Metafile, from: string): Map<string, number> {
  const found = new Map([[from, 0]])
  for (const [file, distance] of found) {
    for (const { path } of inputs[file]?.imports ?? []) if (!found.has(path)) found.set(path, distance + 1)
  }
  return found
}

/**
 * One script that holds the tests with all that they import. Each call of it loads everything anew, so that a mutant is
 * there from the first line on, and nothing is left of the one before it.
 */
export async function bundle(tests: string[], sources: Map<string, string>): Promise<string> {
  const entries = tests.map((test) => `${JSON.stringify(test)}: () => import(${JSON.stringify(`./${test}`)}),`)
  const { outputFiles } = await build({
    ...COMMON,
    stdin: { contents: `module.exports = {\n${entries.join('\n')}\n}`, resolveDir: resolve('.') },
    sourcemap: false,
    plugins: [instrumented(sources)],
  })
  return outputFiles[0]?.text ?? ''
}

/** Gives the instrumented text of what is mutated; files know where they are, although they are all in one. */
function instrumented(sources: Map<string, string>): Plugin {
  return {
    name: 'instrumented',
    setup: (builder) => {
      builder.onLoad({ filter: /\.(ts|tsx|mjs)$/ }, ({ path }) => {
        const text = sources.get(relative('.', path)) ?? readFileSync(path, 'utf8')
        const contents = text.replaceAll('import.meta.url', JSON.stringify(pathToFileURL(path).href))
        return { contents, loader: loaderOf(path) }
      })
    },
  }
}

function loaderOf(path: string): Loader {
  const extension = extname(path)
  return extension === '.tsx' ? 'tsx' : extension === '.ts' ? 'ts' : 'js'
}
