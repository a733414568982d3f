import type { CallExplanation, CallWarning, Sentence } from '../explanation'
import { type AuthenticCall, type Detail, isObject, type JsonObject, type Refusal, valueAt } from './call'
import type { ValueFormat } from './value-formats'

type Kind = 'string' | 'integer' | 'boolean' | 'object' | 'array'

/**
 * One line of a parameter table: where the field stands, what WeChat's texts call it, its type, whether it must be there
 * (within an object: if the object is), its most characters or bytes, and its format.
 */
export type FieldRule = {
  location: Detail['location']
  /** A JSON pointer in the body; a name in query and path. */
  field: string
  label: string
  kind: Kind
  isRequired: boolean
  max?: number
  format?: ValueFormat
}

type Line = [
  field: string,
  label: string,
  kind: Kind,
  required: 'yes' | 'no',
  max?: number | undefined,
  format?: ValueFormat | undefined,
]

/** A table of fields of the body. */
export function bodyOf(...lines: Line[]): FieldRule[] {
  return lines.map((line) => ruleOf('body', line))
}

/** A field of the query that must be there. */
export function queryOf(field: string, label: string, max: number): FieldRule {
  return ruleOf('query', [field, label, 'string', 'yes', max])
}

/** A part of the path. */
export function pathOf(field: string, label: string, max: number, format?: ValueFormat): FieldRule {
  return ruleOf('url', [field, label, 'string', 'yes', max, format])
}

function ruleOf(location: Detail['location'], [field, label, kind, required, max, format]: Line): FieldRule {
  const limits = { ...(max !== undefined && { max }), ...(format !== undefined && { format }) }
  return { location, field, label, kind, isRequired: required === 'yes', ...limits }
}

type Violation = { value: unknown; problem: CallExplanation['problem']; message: string; issue: string; rule: Sentence }

/** Compares a call with a table, line by line; fields that the table does not know are let through. */
export function findViolation(
  rules: FieldRule[],
  call: Pick<AuthenticCall, 'body' | 'query' | 'path'>,
): Refusal | null {
  for (const rule of rules) {
    const violation = violationOf(rule, call)
    if (violation === null) continue
    const { value, problem, message, issue, rule: sentence } = violation
    const { field, location } = rule
    return {
      type: 'refusal',
      status: 400,
      code: 'PARAM_ERROR',
      message,
      detail: { location, value: value ?? null, field, issue },
      why: { problem, field, rule: sentence },
    }
  }
  return null
}

/** What is accepted here although the documentation asks for something else. */
export function findWarnings(rules: FieldRule[], call: Pick<AuthenticCall, 'body' | 'query' | 'path'>): CallWarning[] {
  return rules.flatMap((rule) => {
    const value = fieldIn(rule, call)
    const doubt = value === undefined || value === '' ? null : (rule.format?.doubt?.(value) ?? null)
    return doubt === null ? [] : [{ field: rule.field, rule: doubt }]
  })
}

/** Refuses a value that only the account can tell is wrong. */
export function refuseField(field: string, label: string, value: unknown, rule: Sentence): Refusal {
  const { message, issue } = texts({ location: 'body', field, label, kind: 'string' }, '值不正确')
  return {
    type: 'refusal',
    status: 400,
    code: 'PARAM_ERROR',
    message,
    detail: { location: 'body', value, field, issue },
    why: { problem: 'account', field, rule },
  }
}

function violationOf(rule: FieldRule, call: Pick<AuthenticCall, 'body' | 'query' | 'path'>): Violation | null {
  const value = fieldIn(rule, call)
  const violate = (problem: Violation['problem'], why: string, sentence: Sentence): Violation => ({
    value,
    problem,
    ...texts(rule, why),
    rule: sentence,
  })
  if (value === undefined || value === null || value === '') {
    const isNeeded = rule.isRequired && hasParent(rule, call.body)
    return isNeeded ? violate('missing', '此字段为必填项', mustBeThere(rule)) : null
  }
  if (!isOfKind(value, rule.kind)) return violate('invalid', KIND_WORDS[rule.kind].issue, kindOf(rule))
  const size = sizeOf(value)
  if (rule.max !== undefined && size > rule.max) {
    return violate('too_long', `字节数 ${size}，大于最大值 ${rule.max}`, limitOf(rule, size))
  }
  if (rule.format === undefined || rule.format.fits(value)) return null
  return violate('invalid', rule.format.issue, shapeOf(rule, rule.format))
}

/** The texts of the real service, as far as they were seen: 输入源“/body/amount/total”映射到数值字段“总金额”规则校验失败，值低于最小值 1 */
function texts(
  { location, field, label, kind }: Pick<FieldRule, 'location' | 'field' | 'label' | 'kind'>,
  why: string,
) {
  const source = location === 'body' ? `/body${field}` : `/${location}/${field}`
  return { message: `输入源“${source}”映射到${KIND_WORDS[kind].name}“${label}”规则校验失败，${why}`, issue: why }
}

const KIND_WORDS: Record<Kind, { name: string; issue: string; is: Sentence }> = {
  string: { name: '字符串字段', issue: '此字段需要一个字符串', is: { zh: '字符串', en: 'a text' } },
  integer: {
    name: '数值字段',
    issue: '此字段需要一个合法的 64 位有符号整数',
    is: { zh: '整数', en: 'a whole number, not a text' },
  },
  boolean: { name: '布尔字段', issue: '此字段需要一个布尔值', is: { zh: '布尔值', en: 'true or false' } },
  object: { name: '对象字段', issue: '此字段需要一个对象', is: { zh: '对象', en: 'an object' } },
  array: { name: '数组字段', issue: '此字段需要一个数组', is: { zh: '数组', en: 'a list' } },
}

function fieldIn(
  { location, field }: FieldRule,
  { body, query, path }: Pick<AuthenticCall, 'body' | 'query' | 'path'>,
) {
  if (location === 'query') return query.get(field)
  if (location === 'url') return path[field]
  return valueAt(body, ...namesOf(field))
}

/** What stands in an object is only missed where the object is. */
function hasParent({ location, field }: FieldRule, body: JsonObject): boolean {
  if (location !== 'body') return true
  return isObject(valueAt(body, ...namesOf(field).slice(0, -1)))
}

function namesOf(pointer: string): string[] {
  return pointer.split('/').slice(1)
}

function isOfKind(value: unknown, kind: Kind): boolean {
  if (kind === 'integer') return Number.isSafeInteger(value)
  if (kind === 'object') return isObject(value)
  return kind === 'array' ? Array.isArray(value) : typeof value === kind
}

/** Texts are counted in characters, and everything else that has a limit in bytes of its JSON. */
function sizeOf(value: unknown): number {
  return typeof value === 'string' ? [...value].length : Buffer.byteLength(JSON.stringify(value))
}

function mustBeThere({ field }: FieldRule): Sentence {
  return { zh: `必须有 ${field}`, en: `${field} has to be there` }
}

function kindOf({ field, kind }: FieldRule): Sentence {
  const { is } = KIND_WORDS[kind]
  return { zh: `${field} 应是${is.zh}`, en: `${field} is ${is.en}` }
}

function limitOf({ field, max }: FieldRule, size: number): Sentence {
  return {
    zh: `${field} 的长度最多 ${max}，这里是 ${size}`,
    en: `${field} has a length of at most ${max}, not ${size}`,
  }
}

function shapeOf({ field }: FieldRule, { is }: ValueFormat): Sentence {
  return { zh: `${field} 应是${is.zh}`, en: `${field} is ${is.en}` }
}
