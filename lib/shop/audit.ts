/** What somebody with an account can do that leaves a trace. */
export const ADMIN_ACTIONS = [
  'signed_in',
  'sign_in_failed',
  'signed_out',
  'password_changed',
  'password_reset',
  'second_factor_on',
  'second_factor_off',
  'second_factor_removed',
  'recovery_codes_made',
  'sessions_ended',
  'admin_added',
  'admin_changed',
  'admin_removed',
  'order_queried',
  'order_closed',
  'order_shipped',
  'order_tracked',
  'orders_exported',
  'goods_changed',
  'goods_listed',
  'money_resolved',
  'refund_reviewed',
  'refund_made',
  'refund_approved',
  'refund_declined',
  'refund_queried',
  'refund_resolved',
  'refund_rerouted',
  'refunds_exported',
  'notification_replayed',
  'notifications_replayed',
  'bill_fetched',
  'bill_downloaded',
  'differences_exported',
  'difference_queried',
  'difference_accepted',
  'difference_recorded',
] as const
export type AdminAction = (typeof ADMIN_ACTIONS)[number]

/** Who looks at everything, and who may also act. */
export const ROLES = ['viewer', 'operator'] as const
export type Role = (typeof ROLES)[number]

/** Who acts, and from where; without a role as long as it is only who somebody says they are. */
export type Actor = { email: string; role: Role | null; address: string }

/** What an action is about; all null for actions on accounts. */
export type ActionSubject = { orderId: string | null; notificationId: number | null; transactionId: string | null }

/** One line of the record of who did what. Lines are only ever added. */
export type AuditEntry = ActionSubject & {
  id: number
  at: number
  actor: Actor
  action: AdminAction
  /** What was before, what is afterwards, and a note, as far as the action has them. */
  detail: Record<string, string>
  /** For the outcome of an action that takes time: the entry that says it began. */
  outcomeOf: number | null
}
export type NewAuditEntry = Omit<AuditEntry, 'id'>

/** Which lines of the record to list; null leaves a question open. */
export type AuditFilter = { action: AdminAction | null; email: string | null; orderId: string | null }

/** A line about accounts, which concerns no order and no money. */
export function accountAction(
  action: AdminAction,
  actor: Actor,
  at: number,
  detail: Record<string, string> = {},
): NewAuditEntry {
  return { at, actor, action, orderId: null, notificationId: null, transactionId: null, detail, outcomeOf: null }
}
