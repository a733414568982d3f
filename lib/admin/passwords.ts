/** What a password has to have; more characters than this would only cost time to hash. */
export const PASSWORD_LENGTH = { min: 12, max: 128 }

/** Fewer different characters are a pattern, however often they are repeated. */
const DIFFERENT_MIN = 5

/**
 * Whether a password is among the first that anybody would try: one of the most common, alone, repeated or with digits
 * and signs around it, spaces aside; the own e-mail; or hardly more than one key.
 */
export async function isCommonPassword(password: string, email: string): Promise<boolean> {
  const text = password.toLowerCase().replace(/\s/g, '')
  if (new Set(text).size < DIFFERENT_MIN) return true
  const tried = [text, coreOf(text), unitOf(text), coreOf(unitOf(text))]
  const [ownName = ''] = email.toLowerCase().split('@')
  if (tried.some((it) => it === email.toLowerCase() || it === coreOf(ownName) || it === ownName)) return true
  const common = await commonPasswords()
  return tried.some((it) => common.has(it))
}

/** The text without digits, signs and spaces at both ends. */
function coreOf(text: string): string {
  return text.replace(/^[^\p{L}]+|[^\p{L}]+$/gu, '')
}

/** What a text repeats, or the text itself. */
function unitOf(text: string): string {
  return /^(.+?)\1+$/.exec(text)?.[1] ?? text
}

let kept: Promise<ReadonlySet<string>> | undefined

/** Read at first use: it is needed when somebody chooses a password, and that is seldom. */
function commonPasswords(): Promise<ReadonlySet<string>> {
  kept ??= import('@zxcvbn-ts/language-common').then(({ dictionary }) => new Set(dictionary['passwords-common']))
  return kept
}
