import { existsSync, mkdirSync, mkdtempSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { afterEach, beforeEach, expect, test } from 'vitest'
import { build, fingerprint, isBuilt } from '@/lib/server/build'

let folder: string

beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'build-'))
  for (const name of ['package.json', 'app/page.tsx', 'app/data/page.tsx', 'public/a.svg']) put(name)
})
afterEach(() => rmSync(folder, { recursive: true, force: true }))

function put(name: string, text = '1'): void {
  mkdirSync(dirname(join(folder, name)), { recursive: true })
  writeFileSync(join(folder, name), text)
}

test.each([
  'app/page.tsx',
  'app/data/page.tsx',
  'app/new.tsx',
  'package.json',
  'public/a.svg',
  'a-new-folder/file.ts',
  '.env.production',
  'node_modules/.package-lock.json',
])('a shop is built again when %s changed', (name) => {
  const before = fingerprint(folder)
  put(name, '2')
  expect(fingerprint(folder)).not.toBe(before)
})

test('a shop is built again when a file went away or has another name', () => {
  const before = fingerprint(folder)
  renameSync(join(folder, 'app/page.tsx'), join(folder, 'app/other.tsx'))
  const renamed = fingerprint(folder)
  rmSync(join(folder, 'app/other.tsx'))
  expect(new Set([before, renamed, fingerprint(folder)]).size).toBe(3)
})

test.each([
  'data/shop.db',
  'elsewhere/shop.db-wal',
  'test/some.test.ts',
  'README.md',
  '.next/BUILD_ID',
  '.git/index',
  'next-env.d.ts',
  'tsconfig.tsbuildinfo',
])('a shop is not built again for %s', (name) => {
  const before = fingerprint(folder)
  put(name)
  expect(fingerprint(folder)).toBe(before)
})

test('only the very build that was made from these files counts as theirs', () => {
  expect(isBuilt(folder)).toBe(false)
  put('.next/BUILD_ID', 'first')
  put('.next/built-from', `${fingerprint(folder)} first`)
  expect(isBuilt(folder)).toBe(true)
  put('.next/BUILD_ID', 'second')
  expect(isBuilt(folder)).toBe(false)
  put('.next/BUILD_ID', 'first')
  put('app/page.tsx', '2')
  expect(isBuilt(folder)).toBe(false)
})

test('a build that fails says why, and leaves nothing that counts as built', () => {
  put('.next/BUILD_ID', 'first')
  put('.next/built-from', `${fingerprint(folder)} first`)
  const { isBuilt: isRight, output } = build('kept', folder)
  expect(isRight).toBe(false)
  expect(output).not.toBe('')
  expect(existsSync(join(folder, '.next/built-from'))).toBe(false)
})
