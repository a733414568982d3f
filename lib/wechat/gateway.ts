import type { Gateway, WrittenReply } from '@/lib/shop/gateway'
import type { Reply } from '@/lib/shop/notification'
import type { ApiVersion } from '@/lib/shop/payment'

/** One of WeChat Pay's APIs: a gateway for payments, refunds and messages that are its own. */
export type Api = Omit<Gateway, 'writeReply'> & { writeReply(reply: Reply): WrittenReply }

/** The API in which new payments are opened. */
const NEWEST: ApiVersion = 'v2'

/** All of WeChat Pay: each payment and each message keeps to the API in which it began. */
export function openGateway(apis: Record<ApiVersion, Api>): Gateway {
  return {
    draft: (intent) => apis[NEWEST].draft(intent),
    isFor: (payment, buyer) => apis[payment.apiVersion].isFor(payment, buyer),
    invocation: (payment, returnUrl) => apis[payment.apiVersion].invocation(payment, returnUrl),
    prepay: (payment) => apis[payment.apiVersion].prepay(payment),
    query: (payment, msMax) => apis[payment.apiVersion].query(payment, msMax),
    close: (payment) => apis[payment.apiVersion].close(payment),
    whyNoRefunds: (apiVersion) => apis[apiVersion].whyNoRefunds(apiVersion),
    draftRefund: (apiVersion, intent) => apis[apiVersion].draftRefund(apiVersion, intent),
    refund: (refund) => apis[refund.apiVersion].refund(refund),
    queryRefund: (refund, msMax) => apis[refund.apiVersion].queryRefund(refund, msMax),
    listRefunds: (payment, msMax) => apis[payment.apiVersion].listRefunds(payment, msMax),
    proofOf: (message) => apis[message.apiVersion].proofOf(message),
    verifyNotification: (message, signTypeOf) => apis[message.apiVersion].verifyNotification(message, signTypeOf),
    explain: (message, signTypeOf) => apis[message.apiVersion].explain(message, signTypeOf),
    writeReply: (apiVersion, reply) => apis[apiVersion].writeReply(reply),
  }
}
