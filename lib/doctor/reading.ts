import { z } from 'zod'
import { readXml } from '@/lib/wechat/v2/xml'
import type { Api } from './control'
import type { Reply } from './message'
import type { WeaknessId } from './weaknesses/weaknesses'

/** What a reply means. */
export type Reading = {
  /** What the program wanted to say. */
  word: 'acknowledge' | 'retry'
  /** What is wrong with how it said it; null when WeChat understands it. */
  flaw: WeaknessId | null
  /** Whether an error got out instead of an answer. */
  isError: boolean
  /** For the table: a few words. */
  shown: string
  tookMs: number
}

/** Reads a reply as WeChat does, and beyond that what it was meant to say. */
export function readReply(reply: Reply, api: Api, replyMsMax: number): Reading {
  const { tookMs } = reply
  if (reply.type !== 'answered') {
    const isLate = reply.type === 'late'
    return {
      word: 'retry',
      flaw: isLate ? 'answers_late' : 'no_answer',
      isError: !isLate,
      shown: isLate ? 'nothing in time' : 'broken off',
      tookMs,
    }
  }
  const said = api === 'v2' ? readV2(reply) : readV3(reply)
  const isError = reply.status >= 500 && !reply.text.includes('FAIL')
  return { ...said, isError, tookMs, flaw: tookMs > replyMsMax ? 'answers_late' : said.flaw }
}

type Answered = Extract<Reply, { type: 'answered' }>
type Said = Omit<Reading, 'tookMs' | 'isError'>

function readV2({ status, text, location }: Answered): Said {
  const odd = readOdd({ status, text, location })
  if (odd !== null) return odd
  const document = readXml(Buffer.from(text))
  if (document.ok && document.fields.return_code !== undefined) {
    const code = document.fields.return_code
    const isGood = code === 'SUCCESS'
    const shown = `${code}${status === 200 ? '' : ` with ${status}`}`
    if (!isGood) return { word: 'retry', flaw: null, shown }
    return { word: 'acknowledge', flaw: isSuccess(status) ? null : 'wrong_status', shown }
  }
  if (status === 401 || status === 403) return { word: 'retry', flaw: 'login_wall', shown: String(status) }
  if (status >= 400) return { word: 'retry', flaw: null, shown: String(status) }
  const said = codeOfJson(text)
  if (said !== null) {
    return { word: isYes(said) ? 'acknowledge' : 'retry', flaw: 'answers_json', shown: `JSON ${said}`.slice(0, 14) }
  }
  const [, meant = text] = /<return_code>(.*?)<\/return_code>/.exec(text) ?? []
  return { word: /success/i.test(meant) ? 'acknowledge' : 'retry', flaw: 'answers_other', shown: shownText(text) }
}

function readV3({ status, text, location }: Answered): Said {
  const odd = readOdd({ status, text, location })
  if (odd !== null) return odd
  const shown = String(status)
  if (status === 200 || status === 204) {
    const says = codeOfJson(text)
    const isNo = says !== null && says !== '' && !isYes(says)
    return { word: 'acknowledge', flaw: isNo ? 'fails_with_200' : null, shown: isNo ? `${status} ${says}` : shown }
  }
  if (isSuccess(status)) return { word: 'acknowledge', flaw: 'wrong_status', shown }
  return { word: 'retry', flaw: null, shown }
}

/** What is wrong in either API: not the program itself answers. */
function readOdd({ status, text, location }: Pick<Answered, 'status' | 'text' | 'location'>): Said | null {
  if (status >= 300 && status < 400) {
    const to = location === null ? '' : ` to ${location}`
    return { word: 'retry', flaw: 'redirects', shown: `${status}${to}`.slice(0, 80) }
  }
  if (status === 404 || status === 405) return { word: 'retry', flaw: 'no_route', shown: String(status) }
  if (!/^\s*(<!doctype html|<html)/i.test(text)) return null
  const isLogin = /type=["']?password|log ?in|sign ?in|登录/i.test(text)
  return { word: 'retry', flaw: isLogin ? 'login_wall' : 'answers_html', shown: `a page, ${status}` }
}

const jsonReply = z.object({ code: z.unknown(), return_code: z.unknown() }).partial()

/** The word in a JSON reply, empty when it has none; null when it is no JSON object. */
function codeOfJson(text: string): string | null {
  try {
    const { code, return_code: returnCode } = jsonReply.parse(JSON.parse(text))
    return String(code ?? returnCode ?? '')
  } catch {
    return null
  }
}

function isYes(code: string): boolean {
  return /^(success|ok|0|200)?$/i.test(code)
}

function isSuccess(status: number): boolean {
  return status >= 200 && status < 300
}

function shownText(text: string): string {
  const line = text.trim().replace(/\s+/g, ' ')
  return line === '' ? 'empty' : line.slice(0, 14)
}
