import type { Case } from '../case'
import type { Message } from '../message'
import { type Subject, signed, xml } from './subject'

/** What a document can carry that WeChat never sends. None of it opens a file: what is fetched is an address of the doctor's. */
export const ENTITY_CASES: Case<Subject>[] = [
  {
    name: 'DOCTYPE',
    title: 'a DOCTYPE before it',
    stage: 'paid',
    write: (subject) => xml(`<!DOCTYPE xml>\n${signed(subject).body}`),
    answer: 'either',
    paid: 'may',
    means: {},
  },
  {
    name: 'entity',
    title: 'its number by an entity',
    stage: 'refused',
    write: (subject) => {
      const { out_trade_no: number = '' } = subject.fields
      return withEntities(subject, `<!ENTITY number "${number}">`, ['out_trade_no', '&number;'])
    },
    answer: 'retry',
    paid: 'never',
    means: { acknowledged: 'expands_entities', paid: 'expands_entities' },
  },
  {
    name: 'foreign entity',
    title: 'an entity that lies at an address',
    stage: 'paid',
    write: (subject) => withEntities(subject, `<!ENTITY far SYSTEM "${subject.trap}">`, ['bank_type', '&far;']),
    answer: 'either',
    paid: 'may',
    means: { fetched: 'xxe' },
  },
  {
    name: 'foreign DTD',
    title: 'declarations that lie at an address',
    stage: 'paid',
    write: (subject) => xml(`<!DOCTYPE xml SYSTEM "${subject.trap}">\n${signed(subject).body}`),
    answer: 'either',
    paid: 'may',
    means: { fetched: 'xxe' },
  },
  {
    name: 'entity bomb',
    title: 'entities that grow to ten megabytes',
    stage: 'paid',
    write: (subject) => withEntities(subject, bomb(), ['bank_type', '&b6;']),
    answer: 'either',
    paid: 'may',
    means: { hangs: 'falls_to_bomb' },
  },
]

/** A rightly signed notification with one field written by an entity. */
function withEntities(subject: Subject, declared: string, [name, written]: [string, string]): Message {
  const { body } = signed(subject)
  const field = new RegExp(`<${name}>.*</${name}>`)
  return xml(`<!DOCTYPE xml [${declared}]>\n${body.replace(field, () => `<${name}>${written}</${name}>`)}`)
}

/** Six times ten: enough to be noticed, and nothing that kills a machine. */
function bomb(): string {
  const layers = Array.from({ length: 6 }, (_, layer) => `<!ENTITY b${layer + 1} "${`&b${layer};`.repeat(10)}">`)
  return [`<!ENTITY b0 "0123456789">`, ...layers].join('')
}
