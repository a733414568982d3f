/** The library comes without types: what tests and bench use of it. */
declare module 'tenpay' {
  type Answer = Record<string, string>
  type Bill = { list_title: string[]; list_data: string[][]; total_title: string[]; total_data: string[] }
  type Context = {
    request: { body: string; weixin?: Answer & { req_info: Answer } }
    type?: string
    body?: string
    reply?: () => void
  }
  export default class Payment {
    constructor(config: {
      appid: string
      mchid: string
      partnerKey: string
      pfx?: Buffer
      notify_url?: string
      refund_url?: string
    })
    urls: Record<string, string>
    unifiedOrder(fields: Record<string, string>): Promise<Answer>
    refund(fields: Record<string, string>): Promise<Answer>
    downloadBill(fields: Record<string, string>, format: true): Promise<Bill>
    downloadFundflow(fields: Record<string, string>, format: true): Promise<Bill>
    orderQuery(fields: Record<string, string>): Promise<Answer>
    refundQuery(fields: Record<string, string>): Promise<Answer>
    middleware(type: 'pay' | 'refund'): (context: Context, next: () => Promise<void>) => Promise<void>
    middlewareForExpress(type: 'pay' | 'refund'): import('express').RequestHandler
  }
}

/** What its middleware adds for Express. */
declare namespace Express {
  interface Request {
    weixin?: Record<string, string>
  }
  interface Response {
    /** Acknowledges, or says why not. */
    reply(problem?: string): void
  }
}
