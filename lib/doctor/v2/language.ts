import type { Language } from '../language'
import { V2_CASES } from './cases'
import { refundSubjectOf, type Subject, subjectOf } from './subject'

export function languageV2(now: () => number): Language<Subject> {
  return {
    api: 'v2',
    cases: V2_CASES,
    subjectOf: (payment, account, trap) => subjectOf(payment, account, { now: now(), trap }),
    refundSubjectOf,
  }
}
