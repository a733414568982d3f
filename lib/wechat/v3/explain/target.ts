import { type Draft, lineText, type Subject, withLine } from './subject'

/** Names by which the service is called, in front of a path that has to stand alone. */
const ORIGINS = ['https://api.mch.weixin.qq.com', 'https://api2.mch.weixin.qq.com', 'http://api.mch.weixin.qq.com']
const METHODS = ['GET', 'POST', 'PUT', 'PATCH', 'DELETE']

const target = (subject: Subject) => lineText(subject, 'target')

/** The texts to which other paths lead. */
function* withTargets(subject: Subject, others: (target: string) => Iterable<string>): Iterable<Draft> {
  const own = target(subject)
  if (own === null) return
  for (const other of others(own)) if (other !== own) yield withLine(subject, 'target', other)
}

export function* withLowerMethod(subject: Subject): Iterable<Draft> {
  const method = lineText(subject, 'method')
  if (method === null) return
  for (const other of [method.toLowerCase(), method.charAt(0) + method.slice(1).toLowerCase()]) {
    if (other !== method) yield withLine(subject, 'method', other)
  }
  if (method !== method.toUpperCase()) yield withLine(subject, 'method', method.toUpperCase())
}

export function* withOtherMethod(subject: Subject): Iterable<Draft> {
  const method = lineText(subject, 'method')
  if (method === null) return
  for (const other of [...METHODS, '']) if (other !== method) yield withLine(subject, 'method', other)
}

export function withoutQuery(subject: Subject): Iterable<Draft> {
  return withTargets(subject, (own) => [own.replace(/\?.*$/s, '')])
}

export function withOtherQuery(subject: Subject): Iterable<Draft> {
  return withTargets(subject, function* (own) {
    const [path = '', query = ''] = own.split(/\?(.*)/s)
    if (query === '') {
      yield `${path}?`
      const { mchid } = subject.others
      if (mchid !== undefined) yield `${path}?mchid=${mchid}`
      return
    }
    const pairs = query.split('&').slice(0, 20)
    yield `${path}?${pairs.toSorted().join('&')}`
    yield `${path}?${pairs.toReversed().join('&')}`
    yield `${path}&${query}`
    yield path + query
    for (const pair of pairs) yield `${path}?${pairs.filter((it) => it !== pair).join('&')}`
  })
}

export function withOrigin(subject: Subject): Iterable<Draft> {
  return withTargets(subject, function* (own) {
    const { host } = subject.others
    const origins = host === undefined ? ORIGINS : [`https://${host}`, `http://${host}`, ...ORIGINS]
    for (const origin of origins) {
      yield origin + own
      yield origin.replace(/^https?:\/\//, '') + own
    }
    // Sent absolute, as through a proxy.
    yield own.replace(/^https?:\/\/[^/]*/, '')
  })
}

export function withOtherSlashes(subject: Subject): Iterable<Draft> {
  return withTargets(subject, (own) => [`/${own}`, own.replace(/^\/+/, '/'), own.replace(/\/{2,}/g, '/')])
}

export function withoutLeadingSlash(subject: Subject): Iterable<Draft> {
  return withTargets(subject, (own) => [own.replace(/^\/+/, '')])
}

export function withTrailingSlash(subject: Subject): Iterable<Draft> {
  return withTargets(subject, (own) => [own.replace(/(?=\?|$)/, '/'), own.replace(/\/(?=\?|$)/, '')])
}

export function withoutVersion(subject: Subject): Iterable<Draft> {
  return withTargets(subject, (own) => [own.replace(/^\/+v3/, ''), own.replace(/^\/+v3\//, ''), `/v3${own}`])
}

export function withOtherEscapes(subject: Subject): Iterable<Draft> {
  return withTargets(subject, function* (own) {
    const plain = attempt(own, decodeURIComponent)
    yield plain
    yield attempt(own.replaceAll('+', ' '), decodeURIComponent)
    yield attempt(plain, encodeURI)
    yield attempt(plain, encodeURI).replace(/[|*'()!]/g, percent)
    yield plain.replace(/[|*]/g, percent)
    yield own.replace(/[|*]/g, percent)
    yield own.replaceAll('%20', '+')
    yield own.replaceAll('+', '%20')
    yield own.replaceAll('%', '%25')
    yield own.replace(/%[0-9A-Fa-f]{2}/g, (code) => code.toLowerCase())
    yield own.replace(/%[0-9A-Fa-f]{2}/g, (code) => code.toUpperCase())
    yield encodeURIComponent(plain)
  })
}

function percent(character: string): string {
  return `%${character.charCodeAt(0).toString(16).toUpperCase()}`
}

function attempt(text: string, change: (text: string) => string): string {
  try {
    return change(text)
  } catch {
    return text
  }
}
