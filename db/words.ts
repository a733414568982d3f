import { ADMIN_ACTIONS, ROLES } from '@/lib/shop/audit'
import { BILL_KINDS, BILL_STATUSES } from '@/lib/shop/bill'
import { DIFFERENCE_ENDS, DIFFERENCE_KINDS, DIFFERENCE_SUBJECTS } from '@/lib/shop/difference'
import { NOTIFICATION_KINDS, REPLIES, VERDICTS } from '@/lib/shop/notification'
import { CAUSES, ORDER_STATUSES } from '@/lib/shop/order'
import { API_VERSIONS, CHANNELS, PAYMENT_STATUSES, TRANSACTION_OUTCOMES, TRANSACTION_SOURCES } from '@/lib/shop/payment'
import { REFUND_CHANGES, REFUND_SOURCES, REFUND_STATUSES, REFUND_WAITS } from '@/lib/shop/refund'
import { wordList } from './columns'

/* The words that columns may hold. The rules own them; a start adds those that a file does not have yet. */

export const orderStatuses = wordList('order_statuses')
export const causes = wordList('causes')
export const channels = wordList('channels')
export const paymentStatuses = wordList('payment_statuses')
export const transactionOutcomes = wordList('transaction_outcomes')
export const transactionSources = wordList('transaction_sources')
export const verdicts = wordList('verdicts')
export const replies = wordList('replies')
export const adminActions = wordList('admin_actions')
export const apiVersions = wordList('api_versions')
export const notificationKinds = wordList('notification_kinds')
export const roles = wordList('roles')
export const refundStatuses = wordList('refund_statuses')
export const refundSources = wordList('refund_sources')
export const refundWaits = wordList('refund_waits')
export const refundChanges = wordList('refund_changes')
export const billKinds = wordList('bill_kinds')
export const billStatuses = wordList('bill_statuses')
export const differenceKinds = wordList('difference_kinds')
export const differenceSubjects = wordList('difference_subjects')
export const differenceEnds = wordList('difference_ends')

export const WORDS = [
  [orderStatuses, ORDER_STATUSES],
  [causes, CAUSES],
  [channels, CHANNELS],
  [paymentStatuses, PAYMENT_STATUSES],
  [transactionOutcomes, TRANSACTION_OUTCOMES],
  [transactionSources, TRANSACTION_SOURCES],
  [verdicts, VERDICTS],
  [replies, REPLIES],
  [adminActions, ADMIN_ACTIONS],
  [apiVersions, API_VERSIONS],
  [notificationKinds, NOTIFICATION_KINDS],
  [roles, ROLES],
  [refundStatuses, REFUND_STATUSES],
  [refundSources, REFUND_SOURCES],
  [refundWaits, REFUND_WAITS],
  [refundChanges, REFUND_CHANGES],
  [billKinds, BILL_KINDS],
  [billStatuses, BILL_STATUSES],
  [differenceKinds, DIFFERENCE_KINDS],
  [differenceSubjects, DIFFERENCE_SUBJECTS],
  [differenceEnds, DIFFERENCE_ENDS],
] as const
