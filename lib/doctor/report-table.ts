import type { Listener, Report } from './examine'
import type { Result } from './player'
import { weaknessOf } from './weaknesses/weaknesses'

const COLUMNS = [
  { name: 'case', width: 25 },
  { name: 'answer', width: 24 },
  { name: 'took', width: 8 },
  { name: 'query', width: 7 },
  { name: 'paid', width: 5 },
] as const
const INDENT = 10
const TEXT_WIDTH = 84
const WORDS = { passed: 'ok', failed: 'FAILED', not_played: 'not played' } as const

/** One line of the table, as soon as its case has ended. */
export function lineOf(result: Result): string {
  const { name, answers, tookMs, queries, isPaid, outcome } = result
  const cells = [
    name,
    answers.join(', '),
    tookMs === null || tookMs === 0 ? '' : `${Math.round(tookMs)} ms`,
    queries === null ? '' : queries === 0 ? 'no' : 'yes',
    isPaid === null ? '' : isPaid ? 'yes' : 'no',
  ]
  return `  ${pad(cells)}  ${WORDS[outcome]}`
}

export function headOf(api: string, { open, spoilt, needed }: Parameters<NonNullable<Listener['onBegin']>>[1]): string {
  const payments = `${open} open ${open === 1 ? 'payment' : 'payments'} in the ledger, ${needed} needed for all cases`
  const others = spoilt === 0 ? '' : `\n  not used: ${spoilt} that nobody paid and the program has as paid`
  return `\nAPI ${api}: ${payments}${others}\n\n  ${pad(COLUMNS.map((it) => it.name))}`
}

function pad(cells: readonly string[]): string {
  return COLUMNS.map(({ width }, place) => cut(cells[place] ?? '', width)).join(' ')
}

function cut(text: string, width: number): string {
  return text.length > width ? `${text.slice(0, width - 1)}…` : text.padEnd(width)
}

/** What stands below the table: each weakness, what was not played, and the sum. */
export function writeEnd({ results, weaknesses }: Report): string {
  const parts = weaknesses.map((id, place) => writeWeakness(id, place + 1, results))
  const unplayed = results.filter((it) => it.outcome === 'not_played')
  const reasons = [...new Set(unplayed.map((it) => it.why))].map((why) => {
    const names = unplayed.filter((it) => it.why === why).map((it) => `${it.name} (${it.api})`)
    return `  ${names.join(', ')}:\n    ${why}`
  })
  if (reasons.length > 0) parts.push(`Not played\n${reasons.join('\n')}`)
  const count = (outcome: Result['outcome']) => results.filter((it) => it.outcome === outcome).length
  const found = weaknesses.length === 1 ? '1 weakness' : `${weaknesses.length} weaknesses`
  parts.push(`${count('passed')} ok, ${count('failed')} failed, ${count('not_played')} not played: ${found}`)
  return `\n${parts.join('\n\n')}`
}

function writeWeakness(id: Report['weaknesses'][number], number: number, results: Result[]): string {
  const { title, costs, rule, source, mend } = weaknessOf(id)
  const happened = results.flatMap(({ api, name, title: about, findings }) =>
    findings.filter((it) => it.weakness === id).map((it) => `${name} (${api}: ${about}): ${it.what}`),
  )
  const paragraphs: [string, string][] = [
    ['happened', happened[0] ?? ''],
    ...happened.slice(1).map((it): [string, string] => ['', it]),
    ['costs', costs],
    ['rule', `${rule} (${source})`],
    ['mend', mend],
  ]
  return [`${number}. ${title}`, ...paragraphs.map(([name, text]) => `   ${name.padEnd(INDENT)}${wrap(text)}`)].join(
    '\n',
  )
}

/** Text in lines that a terminal shows whole, below each other. */
function wrap(text: string): string {
  const lines = ['']
  for (const word of text.split(' ')) {
    const last = lines.at(-1) ?? ''
    if (last !== '' && last.length + word.length >= TEXT_WIDTH) lines.push(word)
    else lines[lines.length - 1] = last === '' ? word : `${last} ${word}`
  }
  return lines.join(`\n   ${' '.repeat(INDENT)}`)
}
