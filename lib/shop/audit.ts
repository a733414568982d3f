/** What somebody with an account can do that leaves a trace. */
export const ACTS = [
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'password_changed',
  'sessions_ended',
  'admin_added',
  'admin_changed',
  'admin_removed',
  'order_asked',
  'order_closed',
  'order_shipped',
  'orders_exported',
  'money_resolved',
  'notification_replayed',
  'notifications_replayed',
] as const
export type Act = (typeof ACTS)[number]

/** Who acts, and from where; without a role as long as it is only who somebody says they are. */
export type Actor = { email: string; role: 'viewer' | 'operator' | null; address: string }

/** What an act is about; all null for acts about accounts. */
export type ActSubject = { orderId: string | null; notificationId: number | null; transactionId: string | null }

/** One line of the record of who did what. Lines are only ever added. */
export type AuditEntry = ActSubject & {
  id: number
  at: number
  actor: Actor
  act: Act
  /** What was before, what is afterwards, and a note, as far as the act has them. */
  detail: Record<string, string>
  /** For the outcome of an act that takes time: the entry that says it began. */
  outcomeOf: number | null
}
export type NewAuditEntry = Omit<AuditEntry, 'id'>

/** Which lines of the record to list; null leaves a question open. */
export type AuditFilter = { act: Act | null; email: string | null; orderId: string | null }

/** A line about accounts, which concerns no order and no money. */
export function accountAct(act: Act, actor: Actor, at: number, detail: Record<string, string> = {}): NewAuditEntry {
  return { at, actor, act, orderId: null, notificationId: null, transactionId: null, detail, outcomeOf: null }
}
