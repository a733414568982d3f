import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

function sources(folder: string): string[] {
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
}

/** What a file imports: paths from the root for our own files, names for packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:\bfrom|\bimport\(?)\s*'([^'\n]+)'/g)].map(([, specifier = '']) => specifier)
  return specifiers.map((specifier) => {
    if (specifier.startsWith('@/')) return specifier.slice(2)
    return specifier.startsWith('.') ? normalize(join(dirname(file), specifier)) : specifier
  })
}

/** Imports of a folder's files that none of the patterns allows, as readable arrows. */
function forbidden(folder: string, allowed: RegExp[]): string[] {
  return sources(folder).flatMap((file) =>
    importsOf(file)
      .filter((target) => !allowed.some((pattern) => pattern.test(target)))
      .map((target) => `${relative('.', file)} -> ${target}`),
  )
}

const PACKAGE = /^(node:|@?[a-z][a-z0-9-]*(\/[\w.-]+)*$)/
const isOurs = /^(app|lib|db|test|instrumentation)(\/|$)/
const packages = (names: RegExp) => new RegExp(`^(?!(app|lib|db|test)/)${names.source}`)

test('the boundaries can be seen: a folder outside its limits is reported', () => {
  expect(forbidden('lib/wechat', [/^nothing$/]).length).toBeGreaterThan(0)
  expect(importsOf('lib/runtime.ts')).toContain('db/open')
})

test('the rules import nothing outside themselves', () => {
  expect(forbidden('lib/shop', [/^lib\/shop\//])).toEqual([])
})

test('the protocol knows the rules, and nothing else of the project', () => {
  expect(forbidden('lib/wechat', [/^lib\/(shop|wechat)\//, packages(PACKAGE)])).toEqual([])
})

test('the store knows the rules, and nothing else of the project', () => {
  expect(forbidden('db', [/^(lib\/shop|db)\//, packages(PACKAGE)])).toEqual([])
})

test("WeChat's side shares the words and knows nothing of the shop", () => {
  const wire = /^lib\/(web\/visible-text|wechat\/(time|v2\/(sign|xml|explain\/explain)))$/
  expect(forbidden('lib/emulator', [/^lib\/emulator\//, wire, packages(PACKAGE)])).toEqual([])
})

test('the route handlers reach store, protocol and emulator through the runtime only', () => {
  const inner = /^(db|lib\/(wechat|emulator))\//
  const reached = sources('app').flatMap((file) => importsOf(file).filter((target) => inner.test(target)))
  expect(reached).toEqual([])
})

test('no route is a server action', () => {
  const actions = [...sources('app'), ...sources('lib')].filter((file) =>
    /^\s*['"]use server['"]/m.test(readFileSync(join(root, file), 'utf8')),
  )
  expect(actions).toEqual([])
})

test('every file of the project is looked at', () => {
  const all = [...sources('app'), ...sources('lib'), ...sources('db')]
  expect(all.every((file) => isOurs.test(file))).toBe(true)
  expect(all.length).toBeGreaterThan(40)
})
