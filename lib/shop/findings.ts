import { type CheckName, type NotificationResult, replyTo, type Verdict } from './notification'
import type { Shop } from './shop'

/** Inside a notification WeChat waits five seconds for the reply; the query gets three of them. */
export const QUERY_MS_MAX = 3_000

/** What is written down about a message step by step, until it has its verdict. */
export type Findings = Omit<NotificationResult, 'verdict' | 'reply' | 'processedAt'>

export function note(findings: Findings, name: CheckName, passed: boolean, detail: string | null): void {
  findings.checks = noted(findings, name, passed, detail).checks
}

export function noted(findings: Findings, name: CheckName, passed: boolean, detail: string | null): Findings {
  return { ...findings, checks: [...findings.checks, { name, passed, detail }] }
}

export function resultOf(shop: Shop, findings: Findings, verdict: Verdict): NotificationResult {
  return { ...findings, verdict, reply: replyTo(verdict), processedAt: shop.now() }
}

export async function recordResult(shop: Shop, findings: Findings, verdict: Verdict): Promise<Verdict> {
  await shop.store.commit({ result: resultOf(shop, findings, verdict) })
  return verdict
}
