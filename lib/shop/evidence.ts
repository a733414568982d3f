/** A value in something that WeChat said: text in v2, anything that JSON can hold in v3. */
type Said = string | number | boolean | null | Said[] | SaidFields
export type SaidFields = { [name: string]: Said }

/** What WeChat said, for the log: an answer with signatures masked, and why it was not believed. */
export type Evidence = { fields: SaidFields; problem: string | null }

/** The same in lines, such as `amount.total` and 6800. */
export function linesOf(fields: SaidFields): [name: string, value: string][] {
  return Object.entries(fields).flatMap(([name, value]) => linesOfValue(name, value))
}

function linesOfValue(name: string, value: Said): [string, string][] {
  if (typeof value !== 'object' || value === null) return [[name, String(value)]]
  return Object.entries(value).flatMap(([inner, it]) => linesOfValue(`${name}.${inner}`, it))
}
