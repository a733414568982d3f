import { ANSWER } from './answer'
import { LOSS } from './loss'
import { READING, REFUNDS } from './reading'
import { TRUST, TRUST_V3 } from './trust'
import type { Weakness } from './weakness'

export type WeaknessId = keyof typeof WEAKNESSES
const WEAKNESSES = { ...ANSWER, ...TRUST, ...TRUST_V3, ...LOSS, ...READING, ...REFUNDS } as const

export function weaknessOf(id: WeaknessId): Weakness {
  return WEAKNESSES[id]
}

/** Those that others do not explain, in the order of the table. */
export function withoutImplied(found: ReadonlySet<WeaknessId>): WeaknessId[] {
  const names: ReadonlySet<string> = found
  return WEAKNESS_IDS.filter((id) => found.has(id) && !weaknessOf(id).impliedBy?.some((it) => names.has(it)))
}

const WEAKNESS_IDS = Object.keys(WEAKNESSES).filter((it): it is WeaknessId => it in WEAKNESSES)
