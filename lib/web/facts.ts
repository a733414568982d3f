import type { Locale } from '@/lib/i18n/locale'
import en from '@/lib/i18n/messages/en.json'
import zh from '@/lib/i18n/messages/zh.json'
import { FACTS, type FactName, type Facts } from '@/lib/shop/product'

const MESSAGES = { zh, en }

/** What is said of a product in a word or two, in the order of its table. */
export function listFacts(facts: Facts, locale: Locale): { name: FactName; label: string; value: string }[] {
  return FACTS.flatMap((name) => {
    const value = facts[name]?.[locale]
    return value === undefined ? [] : [{ name, label: MESSAGES[locale].product.fact[name], value }]
  })
}
