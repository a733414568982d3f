import type { Gateway, WrittenReply } from '@/lib/shop/gateway'
import type { Reply } from '@/lib/shop/notification'
import type { ApiVersion } from '@/lib/shop/payment'
import { closedApi } from './closed'
import { writeReply as replyOfV2 } from './v2/reply'
import { writeReply as replyOfV3 } from './v3/reply'

/** One of WeChat Pay's APIs: a gateway for payments, refunds and messages that are its own. */
export type Api = Omit<Gateway, 'writeReply' | OnlyV3> & { writeReply(reply: Reply): WrittenReply }
/** API v3 also sends abnormal refunds elsewhere, and of it also what never came here can be explained. */
export type ApiV3 = Api & Pick<Gateway, OnlyV3>
type OnlyV3 = 'rerouteRefund' | 'explainPasted'

/** How each API is answered, also while its settings are not there. */
const REPLIES: Record<ApiVersion, Api['writeReply']> = { v2: replyOfV2, v3: replyOfV3 }

/**
 * All of WeChat Pay: new payments are opened in one API, and each payment, refund and message keeps to the one in which it
 * began. So a shop goes over from one to the other while orders are open.
 */
export function openGateway(configured: { v2?: Api; v3?: ApiV3 }, newest: ApiVersion = 'v2'): Gateway {
  const apis: { v2: Api; v3: ApiV3 } = {
    v2: configured.v2 ?? closedApi('v2', REPLIES.v2),
    v3: configured.v3 ?? closedApi('v3', REPLIES.v3),
  }
  return {
    draft: (intent) => apis[newest].draft(intent),
    isFor: (payment, buyer) => apis[payment.apiVersion].isFor(payment, buyer),
    invocation: (payment, returnUrl) => apis[payment.apiVersion].invocation(payment, returnUrl),
    prepay: (payment) => apis[payment.apiVersion].prepay(payment),
    query: (payment, msMax) => apis[payment.apiVersion].query(payment, msMax),
    close: (payment) => apis[payment.apiVersion].close(payment),
    whyNoRefunds: (apiVersion) => apis[apiVersion].whyNoRefunds(apiVersion),
    draftRefund: (apiVersion, intent) => apis[apiVersion].draftRefund(apiVersion, intent),
    refund: (refund) => apis[refund.apiVersion].refund(refund),
    queryRefund: (refund, msMax) => apis[refund.apiVersion].queryRefund(refund, msMax),
    rerouteRefund: (refund) => apis.v3.rerouteRefund(refund),
    listRefunds: (payment, msMax) => apis[payment.apiVersion].listRefunds(payment, msMax),
    mchId: apis[newest].mchId,
    whyNoFundFlow: () => apis[newest].whyNoFundFlow(),
    downloadBill: (bill, take) => apis[newest].downloadBill(bill, take),
    readTradeBill: (day, source, take) => apis[newest].readTradeBill(day, source, take),
    readFundFlowBill: (day, source, take) => apis[newest].readFundFlowBill(day, source, take),
    numberOf: (outTradeNo) => apis[newest].numberOf(outTradeNo),
    proofOf: (message) => apis[message.apiVersion].proofOf(message),
    verifyNotification: (message, signTypeOf) => apis[message.apiVersion].verifyNotification(message, signTypeOf),
    explain: (message, signTypeOf) => apis[message.apiVersion].explain(message, signTypeOf),
    explainPasted: (pasted) => apis.v3.explainPasted(pasted),
    keepFresh: async () => {
      await Promise.all([apis.v2.keepFresh(), apis.v3.keepFresh()])
    },
    writeReply: (apiVersion, reply) => apis[apiVersion].writeReply(reply),
  }
}
