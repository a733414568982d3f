import { FAULT_NAMES, FAULTS_WITH_UNIT } from '../fault-names'
import { faultSettings, readFaults, replaceFaults, switchFaults } from '../faults'
import type { WeChat } from '../wechat'

/** The fields of a form that was sent, by name. */
export type FormFields = Record<string, string | undefined>

/**
 * Turns one fault on as the form says, beside those that are on already; says whether it did. What is asked for is
 * checked by the rules of the control for programs.
 */
export function turnFaultOn({ ledger }: WeChat, form: FormFields): boolean {
  const name = FAULT_NAMES.find((it) => it === form.name)
  if (name === undefined) return false
  const outTradeNo = form.out_trade_no?.trim() || null
  const seed = form.seed?.trim() || undefined

  const own = { [name]: readSetting(name, form) }
  const asked = outTradeNo === null ? own : { orders: { [outTradeNo]: own } }
  const parsed = faultSettings.safeParse(seed === undefined ? asked : { seed, ...asked })
  if (!parsed.success) return false

  ledger.atomically(() => {
    // A new seed starts chance anew, so it is everybody's.
    if (seed !== undefined) replaceFaults(ledger, { ...readFaults(ledger), seed })
    const { seed: _, orders, ...everybody } = parsed.data
    switchFaults(ledger, outTradeNo, outTradeNo === null ? everybody : (orders?.[outTradeNo] ?? {}))
  })
  return true
}

/** A fault as programs set it; what is no number stays none, and is refused with everything else. */
function readSetting(name: string, { by, percent, times, amount }: FormFields): unknown {
  const often = by === 'chance' ? { probability: Number(percent) / 100 } : { count: Number(times) }
  if (FAULTS_WITH_UNIT.some((it) => it === name)) return { value: Number(amount), ...often }
  return often.count ?? often
}
