import { X509Certificate } from 'node:crypto'
import type { Caller } from './public'
import type { WeChat } from './wechat'

/** What a caller showed, as far as WeChat Pay is concerned. */
export type ClientCertificate =
  /** There was no way to show one. */
  | { type: 'unseen' }
  | { type: 'none' }
  /** None that WeChat Pay gave out. */
  | { type: 'foreign' }
  | { type: 'merchant'; mchId: string }

/** Whose certificate a caller showed. */
export function ownerOf(shown: Caller['clientCertificate'], { accounts, keys }: WeChat): ClientCertificate {
  if (shown === undefined) return { type: 'unseen' }
  if (shown === null) return { type: 'none' }
  const owner = accounts.find(({ mchId }) => {
    const record = keys.find(mchId)?.record
    return record !== undefined && new X509Certificate(record.certificate).raw.equals(shown)
  })
  return owner === undefined ? { type: 'foreign' } : { type: 'merchant', mchId: owner.mchId }
}
