import type { Case } from './case'
import type { Account, Api, Payment, Refund } from './control'

/** How the doctor speaks one API. */
export type Language<Subject> = {
  api: Api
  cases: Case<Subject>[]
  /** What WeChat would say of a payment, true or not. */
  subjectOf: (payment: Payment, account: Account, trap: string) => Subject
  /** What it would say of a refund. */
  refundSubjectOf: (refund: Refund, payment: Payment, about: Subject) => Subject
}
