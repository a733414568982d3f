import type { Control } from './control'
import type { Message, Reply } from './message'
import type { Trap } from './trap'

/** Sends one notification. Never rejects: that nobody answers is an answer too. */
export type Post = (url: string, message: Message) => Promise<Reply>

/** All that an examination has to do with the world. */
export type Examination = {
  control: Control
  notifyUrl: string
  /** Where refunds are notified; null: as the refunds in the ledger say. */
  refundNotifyUrl: string | null
  post: Post
  /** Whether the program has an order as paid; null when nobody said how to find out. */
  readStatus: ((outTradeNo: string) => Promise<boolean>) | null
  /** Has the program place one more order; null when nobody said how. */
  makeOrder: ((totalFee: number) => Promise<void>) | null
  /** Has the program close an order. */
  closeOrder: ((outTradeNo: string) => Promise<void>) | null
  trap: Trap
  limits: Limits
  now: () => number
  sleep: (ms: number) => Promise<void>
  /** Names of cases that are played; all when null. */
  only: ReadonlySet<string> | null
}

type Limits = {
  /** An answer that is later counts as none. */
  replyMs: number
  /** How long an order may take to become paid after it was acknowledged. */
  paidMs: number
  /** How long nothing may happen before it counts as not going to happen. */
  settleMs: number
}

/** WeChat Pay waits so long. */
export const REPLY_MS_MAX = 5_000
