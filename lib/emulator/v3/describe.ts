import { messageText, requestText } from '@/lib/wechat/v3/sign'
import type { HeaderList } from '../ledger/schema'
import type { DescribedMessage, WireMessage } from '../protocol'
import type { WeChat } from '../wechat'
import { readAuthorization } from './authenticate'
import { isObject, type JsonObject } from './call'
import { readJson } from './decode'
import { openResource } from './notification'

/** Takes a call or a notification apart; a call's query counts among its fields. */
export function describe(message: WireMessage, wechat: WeChat): DescribedMessage | null {
  const { method, target, headers, bytes } = message
  const read = readJson(bytes)
  if ('type' in read) return null
  const fields = flatten(read.body)
  const timestamp = headerOf(headers, 'wechatpay-timestamp')
  const signature = headerOf(headers, 'wechatpay-signature')
  if (signature !== null && timestamp !== null) {
    const nonce = headerOf(headers, 'wechatpay-nonce') ?? ''
    return {
      fields,
      signedText: textOf(messageText({ timestamp, nonce, body: bytes })),
      merchant: '',
      signType: 'RSA',
      signature,
      sealed: openSealed(textOf(bytes), wechat),
    }
  }
  const authorization = readAuthorization(headerOf(headers, 'authorization'))
  const query = Object.fromEntries(new URLSearchParams(target.split('?')[1] ?? ''))
  const { timestamp: said = '', nonce_str: nonce = '' } = authorization ?? {}
  return {
    fields: { ...query, ...fields },
    signedText: textOf(requestText({ method, target, timestamp: said, nonce, body: bytes })),
    merchant: authorization?.mchid ?? '',
    signType: 'RSA',
    signature: authorization?.signature ?? '',
  }
}

/** The encrypted resource, opened with whichever merchant's key opens it. */
function openSealed(body: string, { accounts, keys }: WeChat): Record<string, string> | null {
  for (const mchId of new Set(accounts.map((it) => it.mchId))) {
    const v3Key = keys.find(mchId)?.record.v3Key
    const opened = v3Key === undefined ? null : openResource(body, v3Key)
    if (opened !== null) return flatten(opened)
  }
  return null
}

/** Fields by the names that lead to them, joined by dots; a list stays JSON. */
function flatten(value: JsonObject, before = ''): Record<string, string> {
  const entries = Object.entries(value).flatMap(([name, it]): [string, string][] => {
    if (isObject(it)) return Object.entries(flatten(it, `${before}${name}.`))
    return [[`${before}${name}`, typeof it === 'string' ? it : JSON.stringify(it)]]
  })
  return Object.fromEntries(entries)
}

function headerOf(headers: HeaderList, name: string): string | null {
  return headers.find(([it]) => it.toLowerCase() === name)?.[1] ?? null
}

function textOf(bytes: Uint8Array): string {
  return new TextDecoder().decode(bytes)
}
