import { linesOf } from '@/lib/shop/evidence'
import type { MessageExplanation, UnverifiedMessage } from '@/lib/shop/gateway'
import { shown } from '../shown'
import { readMessage } from './json'
import type { WeChatKeys } from './keys'
import { checkSignature, readClaimed } from './message'
import { SIGN_SCHEME } from './sign'

/** Takes a message apart for people. How old it is does not matter here. */
export function takeApart(keys: Pick<WeChatKeys, 'find'>, { headers, body }: UnverifiedMessage): MessageExplanation {
  const read = readMessage(body)
  const claim = readClaimed((name) => headers[name] ?? null)
  const claimed = claim.ok ? claim.claimed : null
  return {
    apiVersion: 'v3',
    problem: read.ok ? null : read.reason,
    fields: read.ok ? linesOf(shown(read.json)) : [],
    isSealed: false,
    signType: SIGN_SCHEME,
    signedText: claimed && `${claimed.timestamp}\n${claimed.nonce}\n${Buffer.from(body).toString('utf8')}\n`,
    receivedSign: claimed?.signature ?? null,
    isRight: claimed !== null && checkSignature(claimed, body, keys.find(claimed.serial)).every(({ passed }) => passed),
    mistake: null,
  }
}
