import type { Locale } from '@/lib/i18n/locale'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import type { MessageExplanation } from '@/lib/shop/gateway'
import type { ApiVersion } from '@/lib/shop/payment'

/* Texts for words that the rules hand on without knowing them: each API of WeChat Pay has its own. */

export type Advice = { title: string; text: string }

const CHECKS: Record<Locale, Record<string, string>> = { en: en.check, zh: zh.check }
const CAUSES: Record<Locale, Record<ApiVersion, Record<string, Advice>>> = {
  en: en.signatureCause,
  zh: zh.signatureCause,
}

/** What a check of a notification asks; one of a newer program than the texts shows its word. */
export function checkText(name: string, locale: Locale): string {
  return CHECKS[locale][name] ?? name
}

const REFUND_PROBLEMS: Record<Locale, Record<string, string>> = {
  en: en.refundProblem.named,
  zh: zh.refundProblem.named,
}

/** What it means that WeChat did not take a refund on, by the word that is left of it, and what to do about it. */
export function refundAdvice(problem: string, isOver: boolean, locale: Locale): string {
  const { refused, delayed } = { en, zh }[locale].refundProblem
  const named = Object.hasOwn(REFUND_PROBLEMS[locale], problem) ? REFUND_PROBLEMS[locale][problem] : undefined
  return named ?? (isOver ? refused : delayed)
}

/** What the sender of a wrong signature did, and what to change; null when that is not known. */
export function adviceOn({ apiVersion, mistake }: MessageExplanation, locale: Locale): Advice | null {
  return (mistake && CAUSES[locale][apiVersion][mistake.cause]) ?? null
}
