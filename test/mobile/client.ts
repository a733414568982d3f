import createClient from 'openapi-fetch'
import type { paths } from './schema'

/** What WeChat's SDK in an app is handed; the names differ from those that were signed. */
export type PayReq = {
  partnerId: string
  prepayId: string
  packageValue: string
  nonceStr: string
  timeStamp: string
  sign: string
}

/** A mobile app that buys: everything it knows of the shop comes from the published contract. */
export function openApp(
  baseUrl: string,
  fetch: (request: Request) => Promise<Response>,
  pay: (request: PayReq) => Promise<void>,
) {
  const client = createClient<paths>({ baseUrl, fetch })

  return {
    products: async () => (await client.GET('/api/products')).data?.products ?? [],

    /** Orders some pieces of a product, opens WeChat, and asks afterwards what became of it. */
    async buy(productId: string, quantity: number, key: string) {
      const ordered = await client.POST('/api/orders', {
        params: { header: { 'Idempotency-Key': key } },
        body: { items: [{ productId, quantity }] },
      })
      if (ordered.data === undefined) return { bought: false, code: ordered.error.code } as const
      const { id, token } = ordered.data
      const params = { path: { id } }
      const headers = { authorization: `Bearer ${token}` }

      const prepared = await client.POST('/api/orders/{id}/prepay', { params, headers, body: { channel: 'app' } })
      if (prepared.data === undefined) return { bought: false, code: prepared.error.code } as const
      if (prepared.data.channel !== 'app') throw new Error('another channel was answered')
      const { app } = prepared.data
      await pay({
        partnerId: app.partnerid,
        prepayId: app.prepayid,
        packageValue: app.package,
        nonceStr: app.noncestr,
        timeStamp: app.timestamp,
        sign: app.sign,
      })
      const confirmed = await client.POST('/api/orders/{id}/confirm', { params, headers })
      return { bought: confirmed.data?.status === 'paid', code: confirmed.error?.code ?? null } as const
    },
  }
}
