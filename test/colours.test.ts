import { readFileSync } from 'node:fs'
import { expect, test } from 'vitest'

const sheet = readFileSync('app/globals.css', 'utf8')
const namesIn = (start: string) => {
  const block = sheet.slice(sheet.indexOf(start))
  return new Map(
    [...block.slice(0, block.indexOf('}')).matchAll(/--color-([\w-]+): (#[\da-f]{6});/g)].map(
      ([, name = '', value = '']) => [name, value],
    ),
  )
}
const light = namesIn('@theme')
const dark = namesIn('(prefers-color-scheme: dark)')

/** Letters, and what they stand on somewhere. */
const PAIRS = [
  ...['ink', 'faded', 'jade', 'pine', 'pine-deep', 'clay', 'amber'].flatMap((letters) => [
    [letters, 'paper'],
    [letters, 'card'],
  ]),
  ...['ink', 'faded', 'pine', 'jade'].map((letters) => [letters, 'mist']),
  ['ink', 'honey'],
  ['amber', 'honey'],
  ['clay', 'blush'],
  ['ink', 'blush'],
  ['ink', 'line'],
  ...['pine', 'pine-deep', 'jade', 'clay', 'amber'].map((ground) => ['on-pine', ground]),
] as [string, string][]

test.each([
  ['light', light],
  ['dark', dark],
])('letters can be read on every ground they stand on: %s', (_, colours) => {
  const faint = PAIRS.filter(([letters, ground]) => contrast(colours.get(letters), colours.get(ground)) < 4.5)
  expect(faint).toEqual([])
})

test('every colour has a dark value', () => {
  expect([...dark.keys()].sort()).toEqual([...light.keys()].sort())
})

/** The ratio of WCAG 2.2; a colour without a name gives 0. */
function contrast(one: string | undefined, other: string | undefined): number {
  if (one === undefined || other === undefined) return 0
  const [low = 0, high = 0] = [luminance(one), luminance(other)].sort((a, b) => a - b)
  return (high + 0.05) / (low + 0.05)
}

function luminance(colour: string): number {
  const [red = 0, green = 0, blue = 0] = [1, 3, 5].map((at) => {
    const part = Number.parseInt(colour.slice(at, at + 2), 16) / 255
    return part <= 0.04045 ? part / 12.92 : ((part + 0.055) / 1.055) ** 2.4
  })
  return 0.2126 * red + 0.7152 * green + 0.0722 * blue
}
