import { spawnSync } from 'node:child_process'
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createRequire } from 'node:module'
import { tmpdir } from 'node:os'
import { dirname, join, resolve } from 'node:path'
import { afterAll, expect, test } from 'vitest'

const VITEST = join(dirname(createRequire(import.meta.url).resolve('vitest/package.json')), 'vitest.mjs')

const folder = mkdtempSync(join(tmpdir(), 'reporter-'))
afterAll(() => rmSync(folder, { recursive: true, force: true }))

/** Runs some tests that are none of ours, and gives the last lines and the exit code. */
function run(name: string, tests: string, { setup = '', args = [] as string[] } = {}) {
  const root = join(folder, name)
  const config = {
    globals: true,
    reporters: ['default', resolve('test/reporter.ts')],
    globalSetup: setup && ['setup.js'],
  }
  write(root, 'vitest.config.js', `export default ${JSON.stringify({ test: config })}`)
  write(root, 'some.test.js', tests)
  write(root, 'setup.js', setup)
  const { status, stdout } = spawnSync(process.execPath, [VITEST, 'run', '--root', root, ...args], { encoding: 'utf8' })
  return { status, lines: stdout.trimEnd().split('\n') }
}

function write(root: string, name: string, text: string): void {
  mkdirSync(root, { recursive: true })
  writeFileSync(join(root, name), text)
}

test('the last line counts what passed, failed and was skipped, after the reason of each that was not run', () => {
  const { status, lines } = run(
    'mixed',
    `test('a', () => {})
    test('b', () => { throw new Error('no') })
    test.skip('c', () => {})
    for (const name of ['d', 'e']) test(name, ({ skip }) => skip('it needs a moon'))`,
  )
  expect([status, ...lines.slice(-2)]).toEqual([1, 'not run: it needs a moon', '1 passed, 1 failed, 3 skipped'])
})

test('a test that was not asked for is skipped, not failed', () => {
  const { status, lines } = run('chosen', `test('a', () => {})\ntest('b', () => {})`, { args: ['-t', 'a'] })
  expect([status, lines.at(-1)]).toEqual([0, '1 passed, 0 failed, 1 skipped'])
})

test('what breaks around the tests is a failure that is counted', () => {
  const last = (name: string, tests: string, setup = '') => {
    const { status, lines } = run(name, tests, { setup })
    return [status, lines.at(-1)]
  }
  const passing = `test('a', () => {})`
  expect(last('import', `import './nothing'\n${passing}`)).toEqual([1, '0 passed, 1 failed, 0 skipped'])
  expect(last('before', `beforeAll(() => { throw new Error('no') })\n${passing}`)).toEqual([
    1,
    '0 passed, 1 failed, 1 skipped',
  ])
  expect(last('inside', `describe('s', () => { afterAll(() => { throw new Error('no') })\n${passing} })`)).toEqual([
    1,
    '1 passed, 1 failed, 0 skipped',
  ])
  expect(last('rejected', `${passing}\nPromise.reject(new Error('no'))`)).toEqual([1, '1 passed, 1 failed, 0 skipped'])
  expect(last('setup', passing, `export default () => { throw new Error('no') }`)).toEqual([
    1,
    '0 passed, 1 failed, 0 skipped',
  ])
})
