import { createHash, randomBytes } from 'node:crypto'
import { writeTime } from '@/lib/wechat/time'

/** 32 characters of hex, as WeChat's nonces are. */
export function newNonce(): string {
  return randomBytes(16).toString('hex')
}

/** Always the same for one order, so that a repeated notification is the same to the byte. */
export function nonceOf(outTradeNo: string): string {
  return createHash('md5').update(outTradeNo).digest('hex')
}

/** A number of WeChat's in its usual form, of a payment that was never made. */
export function fakeNumber(beginning: string, now: number): string {
  const chance = BigInt(`0x${randomBytes(8).toString('hex')}`)
    .toString()
    .padStart(20, '0')
    .slice(-13)
  return `${beginning}00000${writeTime(now).slice(0, 8)}${chance}`
}

/** The number of an order that nobody placed. */
export function unknownNumber(): string {
  return `doctor${newNonce().slice(0, 20)}`
}

/** The same length, with another last character. */
export function otherEnd(text: string): string {
  return `${text.slice(0, -1)}${text.endsWith('0') ? '1' : '0'}`
}

/** Another amount than this one, and one that can be paid. */
export function otherAmount(fen: number): number {
  return fen > 1 ? fen - 1 : fen + 1
}

/** Whether a program that multiplies yuan by 100 gets another number, as with 19.90. */
export function isLostInFloats(fen: number): boolean {
  return (fen / 100) * 100 !== fen
}

/** An amount of that kind, for whoever makes an order for it. */
export const FLOAT_FEN = 1990
/** One that survives. */
export const PLAIN_FEN = 8800
