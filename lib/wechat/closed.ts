import type { ApiVersion } from '@/lib/shop/payment'
import type { Api, ApiV3 } from './gateway'
import { NO_KEYS } from './v3/explain/explanation'
import { explainPasted } from './v3/explain/pasted'

const PROBLEM = 'not_configured'
const UNKNOWN = { type: 'unknown', evidence: { fields: {}, problem: PROBLEM } } as const

/**
 * An API whose settings are not there. What began in it waits for them: nothing is known, nothing is given up, and what
 * comes in is kept and has to come again.
 */
export function closedApi(apiVersion: ApiVersion, writeReply: Api['writeReply']): ApiV3 {
  const impossible = (): never => {
    throw new Error(`API ${apiVersion} is not configured`)
  }
  return {
    draft: impossible,
    draftRefund: impossible,
    isFor: () => true,
    invocation: () => null,
    prepay: async () => UNKNOWN,
    query: async () => UNKNOWN,
    close: async () => UNKNOWN,
    whyNoRefunds: () => PROBLEM,
    refund: async () => UNKNOWN,
    rerouteRefund: async () => UNKNOWN,
    queryRefund: async () => UNKNOWN,
    listRefunds: async () => UNKNOWN,
    mchId: '',
    whyNoFundFlow: () => PROBLEM,
    downloadBill: async () => ({ type: 'failed', problem: PROBLEM, fields: {} }),
    readTradeBill: impossible,
    readFundFlowBill: impossible,
    numberOf: impossible,
    proofOf: () => null,
    verifyNotification: async () => ({
      ...{ kind: null, outTradeNo: null, transactionId: null, outRefundNo: null, claimedFen: null },
      ...{ signedText: null, expectedSign: null, receivedSign: null },
      checks: [{ name: 'configured', passed: false, detail: apiVersion }],
      authentic: false,
      verdict: 'bad_signature',
    }),
    explain: async () => ({
      ...{ apiVersion, problem: PROBLEM, fields: [], isSealed: false, signType: '', signedText: null },
      ...{ receivedSign: null, isRight: false, mistake: null },
    }),
    // A pasted key is enough, whatever is configured.
    explainPasted: async (pasted) => explainPasted(NO_KEYS, pasted),
    keepFresh: async () => {},
    writeReply,
  }
}
