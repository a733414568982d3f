import type { Report } from './examine'
import type { Result } from './player'
import { weaknessOf } from './weaknesses/weaknesses'

/** The report for programs. Names stay; texts may change. */
export function writeJson({ notifyUrl, emulator, results, weaknesses }: Report): string {
  const report = {
    notify_url: notifyUrl,
    emulator,
    cases: results.map((it) => ({
      api: it.api,
      name: it.name,
      title: it.title,
      outcome: it.outcome,
      why_not_played: it.why,
      answers: it.answers,
      took_ms: it.tookMs,
      queries: it.queries,
      paid: it.isPaid,
      findings: it.findings,
    })),
    weaknesses: weaknesses.map((id) => {
      const { title, costs, rule, source, mend } = weaknessOf(id)
      return { id, title, costs, rule, source, mend }
    }),
  }
  return JSON.stringify(report, null, 2)
}

/** The same for build servers. */
export function writeJunit({ notifyUrl, results }: Report): string {
  const failed = results.filter((it) => it.outcome === 'failed').length
  const skipped = results.filter((it) => it.outcome === 'not_played').length
  const head = `name="doctor ${escapeXml(notifyUrl)}" tests="${results.length}" failures="${failed}" skipped="${skipped}"`
  const suite = [`<testsuite ${head}>`, ...results.map(writeCase), '</testsuite>']
  return `<?xml version="1.0" encoding="UTF-8"?>\n${suite.join('\n')}\n`
}

function writeCase({ api, name, title, tookMs, outcome, why, findings }: Result): string {
  const open = `  <testcase classname="doctor.${api}" name="${escapeXml(`${name}: ${title}`)}" time="${((tookMs ?? 0) / 1_000).toFixed(3)}"`
  if (outcome === 'passed') return `${open}/>`
  if (outcome === 'not_played') return `${open}><skipped message="${escapeXml(why ?? '')}"/></testcase>`
  const message = findings.map(({ weakness }) => weaknessOf(weakness).title).join('; ')
  const text = findings.map(({ weakness, what }) => `${what}\n${weaknessOf(weakness).mend}`).join('\n')
  return `${open}><failure message="${escapeXml(message)}">${escapeXml(text)}</failure></testcase>`
}

const ESCAPES: Record<string, string> = { '&': '&amp;', '<': '&lt;', '>': '&gt;', '"': '&quot;' }

function escapeXml(text: string): string {
  // What XML cannot hold at all is left out.
  return text
    .replace(/[^\t\n\r\u{20}-\u{d7ff}\u{e000}-\u{fffd}\u{10000}-\u{10ffff}]/gu, '')
    .replace(/[&<>"]/g, (it) => ESCAPES[it] ?? it)
}
