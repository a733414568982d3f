import { encryptReqInfo } from '@/lib/wechat/v2/cipher'
import { writeXml } from '@/lib/wechat/v2/xml'
import type { Case } from '../case'
import { otherEnd } from '../numbers'
import { refundCases } from '../shared-cases'
import { notice, noticeOf, type Subject } from './subject'

const genuine = (subject: Subject) => notice(subject, subject.apiKey)

/** Refund notices: not signed, but encrypted under the key. */
export const REFUND_CASES: Case<Subject>[] = [
  {
    name: 'refund under another key',
    title: 'req_info does not open',
    stage: 'console_refund',
    write: (subject) => notice(subject, otherEnd(subject.apiKey)),
    answer: 'retry',
    paid: 'may',
    means: { acknowledged: 'believes_refund' },
  },
  {
    name: 'refund cut',
    title: 'half of req_info is missing',
    stage: 'console_refund',
    write: ({ fields, refund, apiKey }) => {
      const sealed = encryptReqInfo(
        writeXml(refund, () => false, 'root'),
        apiKey,
      )
      return noticeOf(fields, sealed.slice(0, sealed.length / 2 - 3))
    },
    answer: 'retry',
    paid: 'may',
    means: { acknowledged: 'believes_refund' },
  },
  {
    name: 'refund foreign entity',
    title: 'an entity that lies at an address, inside req_info',
    stage: 'console_refund',
    write: ({ fields, refund, apiKey, trap }) => {
      const plain = writeXml(refund, () => false, 'root').replace(
        /<refund_account>.*<\/refund_account>/,
        '<refund_account>&far;</refund_account>',
      )
      return noticeOf(fields, encryptReqInfo(`<!DOCTYPE root [<!ENTITY far SYSTEM "${trap}">]>\n${plain}`, apiKey))
    },
    answer: 'either',
    paid: 'may',
    means: { fetched: 'xxe' },
  },
  ...refundCases(genuine),
]
