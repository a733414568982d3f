import type { Config } from '@/lib/config'
import { withDeadline } from '@/lib/net/deadline'
import type { Shop } from '@/lib/shop/shop'
import { type Examination, examineAccount } from './examine'
import { receivedIn } from './received'

/** Then the start has something better to do. */
const EXAMINATION_MS_MAX = 15_000

/** Examines the account in the background of a start, and says in the log what an operator has to see to. Never throws. */
export async function examineAtStart(
  config: Config,
  { log, store }: Pick<Shop, 'log' | 'store'>,
  examination: Omit<Examination, 'wasReceived'>,
): Promise<void> {
  try {
    const examined = examineAccount(config, { ...examination, wasReceived: receivedIn(store) })
    const findings = await withDeadline(EXAMINATION_MS_MAX, null, () => examined)
    const grave = (findings ?? []).filter((it) => it.state === 'wrong' || it.state === 'doubtful')
    for (const { subject, state, text } of grave) log.warn('account_doubtful', { subject, state, text })
    if (findings === null) log.warn('account_unexamined', { afterMs: EXAMINATION_MS_MAX })
    else if (grave.length === 0) log.info('account_examined', { mchId: config.account.mchId })
  } catch (error) {
    log.error('account_unexamined', error)
  }
}
