import { isLoopback } from '@/lib/net/address'
import { type Api, DoctorError, type OrderFaults, type Payment, type State } from './control'
import type { Examination } from './examination'

/** The program's payments in the emulator's ledger, each used for one thing only. */
export type Pool = ReturnType<typeof createPool>

const HELD = { lose: { probability: 1 } }

export function createPool({ control, notifyUrl, readStatus }: Examination) {
  const used = new Set<string>()
  const looked = new Set<string>()
  const held: OrderFaults = {}
  let spoilt = 0

  const isOfProgram = (it: Payment) => isSamePlace(it.notifyUrl, notifyUrl)
  const isUnused = (it: Payment, api: Api) =>
    it.api === api && !it.isSandbox && isOfProgram(it) && !used.has(it.outTradeNo)
  const isOpen = (it: Payment, { now }: State) => it.state === 'NOTPAY' && (it.expiresAt === null || it.expiresAt > now)

  /** Whether the program takes it for paid already, as after an examination that found something. Asked once. */
  async function isSpoilt({ outTradeNo }: Payment): Promise<boolean> {
    if (readStatus === null || looked.has(outTradeNo)) return false
    looked.add(outTradeNo)
    return readStatus(outTradeNo)
  }

  const setFaults = (everybody: Record<string, unknown> = {}, orders: OrderFaults = {}) =>
    control.setFaults(everybody, { ...held, ...orders })

  return {
    isOfProgram,
    isUnused,

    use: (payment: Payment): void => void used.add(payment.outTradeNo),

    /** Those that could be used now. */
    listOpen: async (api: Api): Promise<Payment[]> => {
      const state = await control.readState()
      const open = state.orders.filter((it) => isUnused(it, api) && isOpen(it, state))
      const fresh: Payment[] = []
      for (const it of open) {
        if (!(await isSpoilt(it))) fresh.push(it)
        else {
          used.add(it.outTradeNo)
          spoilt += 1
        }
      }
      if (open.length > 1 && fresh.length === 0) {
        throw new DoctorError(`The status URL says that ${open[0]?.outTradeNo} is paid, and so all: check --paid-json.`)
      }
      return fresh
    },

    /** How many were not usable, because the program takes them for paid although nobody paid them. */
    countSpoilt: (): number => spoilt,

    /** Keeps the emulator from telling the program of this one. */
    hold: async ({ outTradeNo }: { outTradeNo: string }): Promise<void> => {
      held[outTradeNo] = HELD
      await setFaults()
    },

    /** Faults beside those that hold notifications back; without any, only these. */
    setFaults,
  }
}

/**
 * Whether an order's notify URL is the one under examination. WeChat may know it by a public name that leads here; on this
 * machine another port is another program.
 */
function isSamePlace(ofOrder: string, examined: string): boolean {
  const [theirs, ours] = [URL.parse(ofOrder), URL.parse(examined)]
  if (theirs === null || theirs.pathname !== ours?.pathname) return false
  return !isLoopback(theirs.hostname) || (isLoopback(ours.hostname) && theirs.port === ours.port)
}
