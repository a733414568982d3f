import { SIGN_SCHEME } from '../sign'
import type { SignatureCause } from './causes'

const NAMES = ['mchid', 'nonce_str', 'signature', 'timestamp', 'serial_no'] as const
type Name = (typeof NAMES)[number]

/** The five values of an `Authorization` header, or what is wrong with its form. */
export type ReadAuthorization =
  | { ok: true; values: Record<Name, string> }
  | { ok: false; cause: SignatureCause; field: string }

/** Reads as strictly as WeChat does, and says what is not as it should be (API v3, signing of requests). */
export function readAuthorization(header: string | undefined): ReadAuthorization {
  if (header === undefined || header === '') return wrong('authorization_missing', 'Authorization')
  const [, scheme = '', rest = ''] = /^(\S*)\s*(.*)$/s.exec(header) ?? []
  if (scheme !== SIGN_SCHEME) return wrong('scheme_other', scheme.slice(0, 40) || 'Authorization')
  const strict = [...rest.matchAll(/(\w+)="([^"]*)"(,|$)/g)]
  if (strict.map(([text]) => text).join('') !== rest) return explainForm(rest)
  const values: Partial<Record<string, string>> = Object.fromEntries(strict.map(([, name, value]) => [name, value]))
  const names = strict.map(([, name = '']) => name)
  const doubled = names.find((name, at) => names.indexOf(name) !== at)
  const field = doubled ?? NAMES.find((name) => !values[name]) ?? names.find((name) => !isName(name))
  if (field !== undefined) return wrong('authorization_fields', field)
  const { mchid = '', nonce_str = '', signature = '', timestamp = '', serial_no = '' } = values
  return { ok: true, values: { mchid, nonce_str, signature, timestamp, serial_no } }
}

/** Values without double quotes, or pairs that are not joined by a comma alone. */
function explainForm(text: string): ReadAuthorization {
  const pairs = text.split(/[,;]\s*(?=\w+\s*[=:])/)
  const unquoted = pairs.find((pair) => !/^\s*\w+\s*=\s*"[^"]*"[,;\s]*$/.test(pair))
  const name = (pair: string | undefined) => /\w+/.exec(pair ?? '')?.[0]?.slice(0, 40) ?? 'Authorization'
  if (unquoted !== undefined) return wrong('authorization_quotes', name(unquoted))
  const separated = pairs.find((pair) => !/^\w+="[^"]*"$/.test(pair))
  return wrong('authorization_separators', name(separated ?? pairs[1]))
}

function isName(name: string): name is Name {
  return NAMES.some((it) => it === name)
}

function wrong(cause: SignatureCause, field: string): ReadAuthorization {
  return { ok: false, cause, field }
}
