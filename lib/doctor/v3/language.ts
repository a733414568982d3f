import type { Control } from '../control'
import type { Language } from '../language'
import { V3_CASES } from './cases'
import { refundSubjectOf, type Subject, subjectOf } from './subject'

export function languageV3({ sign }: Control, now: () => number): Language<Subject> {
  return {
    api: 'v3',
    cases: V3_CASES,
    subjectOf: (payment, account) => subjectOf(payment, account, { now: now(), sign }),
    refundSubjectOf,
  }
}
