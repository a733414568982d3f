import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const lock = JSON.parse(readFileSync('package-lock.json', 'utf8')) as { packages: Record<string, { version: string }> }
const manifest = JSON.parse(readFileSync('package.json', 'utf8')) as Record<string, Record<string, string>>

/** The lowest versions without a known hole that matters here. */
const FLOORS = {
  next: '16.4.6',
  'fast-xml-parser': '5.7.0',
  'drizzle-orm': '0.45.2',
  // The first whose SQLite (3.53) does not lose commits when the log is reset.
  'better-sqlite3': '12.11.1',
}

function isAtLeast(version: string, floor: string): boolean {
  const [have, want] = [version, floor].map((it) => it.split('.').map(Number))
  for (const [index, part] of (want ?? []).entries()) {
    if (have?.[index] !== part) return (have?.[index] ?? 0) > part
  }
  return true
}

test('versions are compared part by part, as numbers', () => {
  expect([isAtLeast('5.12.1', '5.7.0'), isAtLeast('5.6.9', '5.7.0'), isAtLeast('5.7.0', '5.7.0')]).toEqual([
    true,
    false,
    true,
  ])
})

test.each(Object.entries(FLOORS))('%s is locked at %s or newer', (name, floor) => {
  expect(isAtLeast(String(lock.packages[`node_modules/${name}`]?.version), floor)).toBe(true)
})

test('what runs in production is pinned to one version each', () => {
  for (const [name, version] of Object.entries(manifest.dependencies ?? {})) {
    expect([name, /^\d+\.\d+\.\d+$/.test(version)]).toEqual([name, true])
  }
})

test('only the database may run a script when it is installed', () => {
  expect(manifest.allowScripts).toEqual({ 'better-sqlite3': true })
})

test('the lock file names no server', () => {
  expect(readFileSync('package-lock.json', 'utf8')).not.toMatch(/https?:\/\/[^"]*\.tgz/)
})
