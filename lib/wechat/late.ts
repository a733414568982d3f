import type { Api, ApiV3 } from './gateway'

/**
 * An API whose keys are fetched when it is needed for the first time, which for most shops that open payments in another
 * one is never. Until they are here, `closed` answers what must be answered at once.
 */
export function openLate(load: () => Promise<ApiV3 | null>, closed: ApiV3): ApiV3 {
  let loaded: ApiV3 | null = null
  let loading: Promise<ApiV3> | null = null
  const get = (): Promise<ApiV3> => {
    loading ??= load().then((api) => {
      loaded = api
      // It may be there another time.
      if (api === null) loading = null
      return api ?? closed
    })
    return loading
  }
  const now = (): Api => {
    if (loaded === null) void get()
    return loaded ?? closed
  }
  return {
    // New payments are opened in another API, and the bills are that one's.
    ...closed,
    draft: (intent) => now().draft(intent),
    draftRefund: (apiVersion, intent) => now().draftRefund(apiVersion, intent),
    isFor: (payment, buyer) => now().isFor(payment, buyer),
    invocation: (payment, returnUrl) => now().invocation(payment, returnUrl),
    whyNoRefunds: (apiVersion) => now().whyNoRefunds(apiVersion),
    prepay: async (payment) => (await get()).prepay(payment),
    query: async (payment, msMax) => (await get()).query(payment, msMax),
    close: async (payment) => (await get()).close(payment),
    refund: async (refund) => (await get()).refund(refund),
    rerouteRefund: async (refund) => (await get()).rerouteRefund(refund),
    queryRefund: async (refund, msMax) => (await get()).queryRefund(refund, msMax),
    listRefunds: async (payment, msMax) => (await get()).listRefunds(payment, msMax),
    proofOf: (message) => now().proofOf(message),
    verifyNotification: async (message, signTypeOf) => (await get()).verifyNotification(message, signTypeOf),
    explain: async (message, signTypeOf) => (await get()).explain(message, signTypeOf),
    explainPasted: async (pasted) => (await get()).explainPasted(pasted),
    keepFresh: async () => loaded?.keepFresh(),
    writeReply: closed.writeReply,
  }
}
