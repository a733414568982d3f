import { readdirSync, readFileSync } from 'node:fs'
import { dirname, join, normalize, relative } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from 'vitest'

const root = fileURLToPath(new URL('..', import.meta.url))

/** The files of a folder; a file is one by itself. */
function sources(folder: string): string[] {
  if (/\.tsx?$/.test(folder)) return [folder]
  return readdirSync(join(root, folder), { recursive: true, encoding: 'utf8' })
    .filter((name) => /\.tsx?$/.test(name))
    .map((name) => join(folder, name))
}

/** What a file imports: paths from the root for our own files, names for packages. */
function importsOf(file: string): string[] {
  const text = readFileSync(join(root, file), 'utf8')
  const specifiers = [...text.matchAll(/(?:\bfrom\s+|\bimport\s+|\bimport\()'([^'\n]+)'/g)].map(
    ([, specifier = '']) => specifier,
  )
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

const ours = (paths: RegExp) => [new RegExp(`^(${paths.source})(/|$)`), packages(PACKAGE)]

test('the rules import nothing outside themselves', () => {
  expect(forbidden('lib/shop', [/^lib\/shop\//])).toEqual([])
})

test.each([
  ['what is read from a network', 'lib/net', /lib\/net/],
  ['the texts', 'lib/i18n', /lib\/i18n/],
  ['the protocol', 'lib/wechat', /lib\/(shop|wechat|net)/],
  ['the store', 'db', /lib\/shop|db/],
  ['what route handlers and pages share', 'lib/web', /lib\/(web|shop|net|i18n)/],
  ['sign-in', 'lib/admin', /lib\/(admin|web|net|config|environment|shop)|db\/open/],
  ['the variables', 'lib/environment.ts', /lib\/net/],
  [
    'the settings',
    'lib/config.ts',
    /lib\/(environment|certificate-file|key-files|net|wechat\/(certificate|demo-account))/,
  ],
  ["the merchant's certificate", 'lib/certificate-file.ts', /lib\/wechat\/certificate/],
  ['the keys of API v3', 'lib/key-files.ts', /lib\/wechat\/(certificate|demo-account)/],
  ['the way to WeChat Pay', 'lib/payments.ts', /lib\/(config|i18n|shop|wechat)/],
  ['the examination of the account', 'lib/account', /lib\/(account|config|net|payments|runtime|shop|wechat)/],
  [
    'the process',
    'lib/server',
    /lib\/(server|account|runtime|config|certificate-file|admin|web|net|shop)|db\/(backup|move)/,
  ],
  ['the place where all parts meet', 'lib/runtime.ts', /lib|db/],
  ['the start', 'instrumentation.ts', /lib\/server|app\/api\/wechat/],
  ['the doctor', 'lib/doctor', /lib\/(doctor|account|net|wechat|emulator\/delivery\/send)/],
  ['pages and route handlers', 'app', /app|lib\/(runtime|config|shop|web|admin|i18n|net|server)/],
])('%s (%s) reach no further than README says', (_, folder, allowed) => {
  expect(forbidden(folder, ours(allowed))).toEqual([])
})

test("WeChat's side shares the words and knows nothing of the shop", () => {
  const wire =
    /^lib\/(net\/.*|wechat\/(demo-account|time|v2\/(sign|xml|cipher|explain\/explain)|v3\/(sign|cipher|explain\/(signed|explain|keys|causes))))$/
  expect(forbidden('lib/emulator', [/^lib\/emulator\//, wire, packages(PACKAGE)])).toEqual([])
})

test('nothing imports the doctor', () => {
  const others = [...sources('lib'), ...sources('app'), ...sources('db')].filter((it) => !it.startsWith('lib/doctor/'))
  expect(others.filter((file) => importsOf(file).some((target) => target.startsWith('lib/doctor')))).toEqual([])
})

test('every folder and file of lib has its line above', () => {
  const looked = [
    'account',
    'admin',
    'certificate-file.ts',
    'config.ts',
    'doctor',
    'emulator',
    'environment.ts',
    'i18n',
    'key-files.ts',
    'net',
    'payments.ts',
    'runtime.ts',
    'server',
    'shop',
    'web',
    'wechat',
  ]
  expect(readdirSync(join(root, 'lib')).sort()).toEqual(looked.sort())
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
