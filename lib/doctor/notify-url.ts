import { writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { sendOverHttp } from '@/lib/emulator/delivery/send'
import { createControl, DoctorError } from './control'
import { type Examination, REPLY_MS_MAX } from './examination'
import { examine, type Listener } from './examine'
import { createHook } from './hooks'
import type { Options } from './options'
import { createPost } from './post'
import { writeJson, writeJunit } from './report-files'
import { headOf, lineOf, writeEnd } from './report-table'
import { createStatus } from './status'
import { openTrap } from './trap'

/** Longer than WeChat waits, so that the report can say how late an answer is. */
const POST_MS_MAX = 3 * REPLY_MS_MAX
const ENDS = ['SIGINT', 'SIGTERM'] as const

/** Examines a notify URL and prints the report; says whether it is good. Throws a `DoctorError` when it cannot. */
export async function examineNotifyUrl(options: Options, print: (text: string) => void): Promise<boolean> {
  const world = await openWorld(options)
  // What was done to the emulator's faults is undone, also when somebody ends this early.
  const stop = async () => {
    await world.control.restoreFaults().catch(() => undefined)
    process.exit(130)
  }
  for (const signal of ENDS) process.once(signal, stop)
  try {
    if (!options.isJson) print(`Examining ${options.notifyUrl}, led by the emulator at ${options.emulator}`)
    const report = await examine(world, options.isJson ? {} : createPrinter(print))
    print(options.isJson ? writeJson(report) : writeEnd(report))
    if (options.junitFile !== null) writeReport(options.junitFile, writeJunit(report))
    const isBad = report.results.some(({ outcome }) => {
      return outcome === 'failed' || (options.isStrict && outcome === 'not_played')
    })
    return !isBad
  } finally {
    for (const signal of ENDS) process.off(signal, stop)
    world.trap.close()
  }
}

function writeReport(file: string, text: string): void {
  try {
    writeFileSync(file, text)
  } catch (error) {
    throw new DoctorError(`The report cannot be written: ${error instanceof Error ? error.message : String(error)}`)
  }
}

/** The real world: HTTP, time that passes. */
async function openWorld(options: Options): Promise<Examination> {
  const { status, makeOrder, closeOrder } = options
  const make = makeOrder === null ? null : createHook(fetch, '--make-order', makeOrder)
  const close = closeOrder === null ? null : createHook(fetch, '--close-order', closeOrder)
  return {
    control: createControl(fetch, options.emulator),
    notifyUrl: options.notifyUrl,
    refundNotifyUrl: options.refundNotifyUrl,
    post: createPost(sendOverHttp, { msMax: POST_MS_MAX, now: () => performance.now() }),
    readStatus: status === null ? null : createStatus(fetch, status.url, status.sign),
    makeOrder: make && ((totalFee) => make({ total_fee: String(totalFee) })),
    closeOrder: close && ((outTradeNo) => close({ out_trade_no: outTradeNo })),
    trap: await openTrap(),
    limits: { replyMs: REPLY_MS_MAX, paidMs: options.paidMs, settleMs: options.settleMs },
    now: Date.now,
    sleep: async (ms) => void (await setTimeout(ms)),
    only: options.cases,
  }
}

/** Prints each case as soon as it has ended. */
function createPrinter(print: (text: string) => void): Listener {
  return {
    onBegin: (api, payments) => print(headOf(api, payments)),
    onResult: (result) => print(lineOf(result)),
  }
}
