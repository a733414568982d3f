import { existsSync, readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const [, conformance = ''] = /^## Conformance\n([\s\S]*?)^## /m.exec(readFileSync('README.md', 'utf8')) ?? []
const named = [...conformance.matchAll(/`(test\/[\w./-]+)`: “(.+?)”(?=<br>| \|)/g)].map(
  ([, file = '', name = '']) => [file, name] as const,
)

test('README names tests for what WeChat Pay asks, in every row', () => {
  const rows = conformance.split('\n').filter((line) => /^\| [^-]/.test(line) && line.includes('“'))
  expect(rows.length).toBeGreaterThan(20)
  expect(named.length).toBeGreaterThanOrEqual(rows.length)
  expect(conformance.match(/“/g)?.length).toBe(named.length)
})

test.each(named)('%s has the test “%s”', (file, name) => {
  const titles = [...readFileSync(file, 'utf8').matchAll(/^(?:test(?:\.\w+)?\(|\]\)\(| {2})\s*(['"`])(.+?)\1/gm)]
  expect(titles.map(([, , title]) => title)).toContain(name)
})

test('every file that README’s conformance names exists', () => {
  const files = [...conformance.matchAll(/`((?:test|lib)\/[\w./-]+)`/g)].map(([, file = '']) => file)
  expect(files.filter((file) => !existsSync(file))).toEqual([])
})
