import { createHash } from 'node:crypto'
import { writeTime } from '@/lib/wechat/time'
import type { Random } from './public'

export type { Random } from './public'

const DAY_DIGITS = 8

function hex(random: Random, length: number): string {
  return Buffer.from(random(Math.ceil(length / 2)))
    .toString('hex')
    .slice(0, length)
}

function digits(random: Random, length: number): string {
  return Array.from(random(length), (byte) => byte % 10).join('')
}

export function newNonce(random: Random, length: 12 | 16 | 32): string {
  return hex(random, length)
}

/** 36 characters that start with `wx`, as in recordings. */
export function newPrepayId(random: Random, now: number): string {
  return `wx${writeTime(now)}${hex(random, 20)}`
}

export function newCodeUrl(random: Random): string {
  return `weixin://wxpay/bizpayurl?pr=${Buffer.from(random(9)).toString('base64url')}`
}

export function newPackage(random: Random): string {
  return digits(random, 10)
}

/** 28 digits that start with 42 and hold the day, as in recordings. */
export function newTransactionId(random: Random, now: number): string {
  return `4200000${digits(random, 3)}${writeTime(now).slice(0, DAY_DIGITS)}${digits(random, 10)}`
}

/** 28 digits that start with 50 and hold the day, as in recordings. */
export function newRefundId(random: Random, now: number): string {
  return `5030000${digits(random, 3)}${writeTime(now).slice(0, DAY_DIGITS)}${digits(random, 10)}`
}

/** The number that WeChat gives a refund for which the merchant's server gave none. */
export function newConsoleRefundNo(random: Random, now: number): string {
  return `${writeTime(now)}${digits(random, 18)}`
}

/** The mark by which a browser is known again. */
export function newBuyer(random: Random): string {
  return Buffer.from(random(16)).toString('base64url')
}

/**
 * A buyer is always the same person under an appid, and another one under another.
 *
 * @param buyer the mark of a browser; without one it is whoever holds the phone
 */
export function buyerOpenid(appid: string, buyer = 'buyer'): string {
  return `o${createHash('sha256').update(`${buyer} of ${appid}`).digest('base64url').slice(0, 27)}`
}

/** 36 characters in the form of a UUID, as recorded v3 notifications have. */
export function newNotificationId(random: Random): string {
  return hex(random, 32).replace(/^(.{8})(.{4})(.{4})(.{4})(.{12})$/, '$1-$2-$3-$4-$5')
}
