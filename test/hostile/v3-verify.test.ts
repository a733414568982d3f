import { generateKeyPairSync } from 'node:crypto'
import { expect, test } from 'vitest'
import { verifyNotification } from '@/lib/wechat/v3/notification'
import { ACCOUNT, heldKeys, messageOf, NOW, SIGNERS, V3_KEY } from '../wechat/v3/wire'
import { V3_ROWS } from './v3-bodies'
import type { Subject, V3Scene } from './v3-scene'

/* The same messages before any order is known: what they must not get past is the protocol. */

const subject = (name: string): Subject => ({
  outTradeNo: `20260301${name}`,
  transactionId: `42000020${name}`,
  amountFen: 6_800,
})
const SCENE: V3Scene = {
  ...{ appid: ACCOUNT.appid, mchId: ACCOUNT.mchId, v3Key: V3_KEY, v2Key: 'DemoShopV2ApiKey0123456789abcdef' },
  now: () => NOW,
  platform: SIGNERS.publicKey,
  merchant: ACCOUNT,
  stranger: { serial: 'C'.repeat(40), privateKey: generateKeyPairSync('rsa', { modulusLength: 2048 }).privateKey },
  ...{ held: subject('held'), waiting: subject('waiting'), paid: subject('paid'), closed: subject('closed') },
}

test.each(V3_ROWS)('%s: %s', async (_, __, make, verdict) => {
  const { headers, body } = make(SCENE)
  const verified = await verifyNotification(ACCOUNT, heldKeys(), messageOf(Buffer.from(body), headers))
  if (!verified.authentic) return expect(verified.verdict).toBe(verdict)
  // The rest is for the rules to say.
  expect(['bad_signature', 'expired', 'malformed', 'undecryptable', 'not_ours']).not.toContain(verdict)
  const isAsPaid = verified.event.type === 'paid' && verified.event.trade.paidFen === SCENE.paid.amountFen
  expect(isAsPaid || verdict !== 'already').toBe(true)
})
