import type { Case } from '../case'
import { otherEnd } from '../numbers'
import { refundCases } from '../shared-cases'
import { bodyOf, genuine, type Subject, unsigned } from './subject'

export const REFUND_CASES: Case<Subject>[] = [
  {
    name: 'refund unsigned',
    title: 'without Wechatpay headers',
    stage: 'console_refund',
    write: (subject) => unsigned(bodyOf(subject)),
    answer: 'retry',
    paid: 'may',
    means: { acknowledged: 'believes_refund' },
  },
  {
    name: 'refund under another key',
    title: 'rightly signed, encrypted under another v3 key',
    stage: 'console_refund',
    write: (subject) => genuine({ ...subject, v3Key: otherEnd(subject.v3Key) }),
    answer: 'retry',
    paid: 'may',
    means: { acknowledged: 'believes_refund' },
  },
  ...refundCases(genuine),
]
