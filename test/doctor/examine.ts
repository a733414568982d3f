import { onTestFinished } from 'vitest'
import { createControl } from '@/lib/doctor/control'
import type { Examination } from '@/lib/doctor/examination'
import { createPost } from '@/lib/doctor/post'
import { openTrap } from '@/lib/doctor/trap'

type Fetch = (request: Request) => Promise<Response>

export type Program = {
  fetch: Fetch
  notifyUrl: string
  place: (totalFee: number) => Promise<string>
  close: (outTradeNo: string) => Promise<void>
  isPaid: (outTradeNo: string) => Promise<boolean>
}

/** The doctor beside a program in this process, with time that passes only where the program says so. */
export async function openExamination(
  program: Program,
  emulator: { fetch: Fetch; url: string },
  clock: { ms: number } = { ms: 0 },
): Promise<Examination> {
  const trap = await openTrap()
  onTestFinished(trap.close)
  return {
    control: createControl(emulator.fetch, emulator.url),
    notifyUrl: program.notifyUrl,
    refundNotifyUrl: null,
    post: createPost(program.fetch, { msMax: 20_000, now: () => clock.ms }),
    readStatus: program.isPaid,
    makeOrder: async (totalFee) => void (await program.place(totalFee)),
    closeOrder: program.close,
    trap,
    limits: { replyMs: 5_000, paidMs: 200, settleMs: 0 },
    now: Date.now,
    sleep: (ms) => new Promise((resolve) => setTimeout(resolve, ms)),
    only: null,
  }
}
