import { createPrivateKey, createPublicKey } from 'node:crypto'
import { z } from 'zod'
import type { Fetch } from '../http'
import type { MerchantAccount } from './call'

const CALL_MS_MAX = 8_000

const answer = z.object({
  accounts: z.array(
    z.object({
      appid: z.string(),
      mch_id: z.string(),
      v3_key: z.string(),
      serial: z.string(),
      private_key: z.string(),
      public_key_id: z.string(),
      public_key: z.string(),
    }),
  ),
})

export type HandedOut = Pick<MerchantAccount, 'v3Key' | 'serial' | 'privateKey'> & {
  publicKey: { id: string; key: ReturnType<typeof createPublicKey> } | null
}

/** The keys that an emulator made for one of its accounts; null when it does not answer, or has no such account. */
export async function fetchHandedOut(
  fetch: Fetch,
  apiBase: string,
  { appid, mchId }: Pick<MerchantAccount, 'appid' | 'mchId'>,
): Promise<HandedOut | null> {
  try {
    const signal = AbortSignal.timeout(CALL_MS_MAX)
    const response = await fetch(new Request(`${apiBase}/_control/accounts`, { signal, redirect: 'manual' }))
    const { accounts } = answer.parse(await response.json())
    const account = accounts.find((it) => it.appid === appid && it.mch_id === mchId)
    if (account === undefined) return null
    const { v3_key: v3Key, serial, private_key, public_key_id: id, public_key } = account
    const publicKey = { id, key: createPublicKey(public_key) }
    return { v3Key, serial, privateKey: createPrivateKey(private_key), publicKey }
  } catch {
    return null
  }
}
