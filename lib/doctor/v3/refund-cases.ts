import type { Case } from '../case'
import { otherEnd } from '../numbers'
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
  {
    name: 'refund in the console',
    title: 'made by hand in the merchant console',
    stage: 'console_refund',
    write: genuine,
    answer: 'either',
    paid: 'may',
    means: {},
  },
  {
    name: 'refund',
    title: 'of a refund that the program asked for',
    stage: 'refund',
    write: genuine,
    answer: 'acknowledge',
    paid: 'may',
    means: { refused: 'refuses_refund' },
  },
  {
    name: 'refund repeated',
    title: 'the same once more, signed afresh',
    stage: 'refund',
    write: genuine,
    answer: 'acknowledge',
    paid: 'may',
    means: { refused: 'refuses_refund' },
  },
]
