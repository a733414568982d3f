import { writeFileSync } from 'node:fs'
import { setTimeout } from 'node:timers/promises'
import { sendOverHttp } from '@/lib/emulator/delivery/send'
import { createControl, DoctorError } from './control'
import { type Examination, LIMITS } from './examination'
import { examine, type Report } from './examine'
import { createHook } from './hooks'
import { HELP, type Options, readOptions } from './options'
import type { Result } from './player'
import { createPost } from './post'
import { writeJson, writeJunit } from './report-files'
import { headOf, lineOf, writeEnd } from './report-table'
import { createStatus } from './status'
import { openTrap } from './trap'

/** Longer than WeChat waits, so that the report can say how late an answer is. */
const POST_MS_MAX = 3 * LIMITS.replyMs

async function main(): Promise<number> {
  const read = readOptions(process.argv.slice(2))
  if (!read.ok) {
    console.error(`${read.problems.join('\n')}\nnpm run doctor -- --help tells how.`)
    return 2
  }
  if (read.options === 'help') {
    console.log(HELP)
    return 0
  }
  try {
    const report = await examineNotifyUrl(read.options)
    return isBad(report, read.options) ? 1 : 0
  } catch (error) {
    if (!(error instanceof DoctorError)) throw error
    console.error(error.message)
    return 2
  }
}

async function examineNotifyUrl(options: Options): Promise<Report> {
  const world = await openWorld(options)
  // What was done to the emulator's faults is undone, also when somebody ends this early.
  process.once('SIGINT', async () => {
    await world.control.restoreFaults().catch(() => undefined)
    process.exit(130)
  })
  try {
    if (!options.isJson) console.log(`Examining ${options.notifyUrl}, led by the emulator at ${options.emulator}`)
    const report = await examine(world, options.isJson ? undefined : createPrinter())
    console.log(options.isJson ? writeJson(report) : writeEnd(report))
    if (options.junitFile !== null) writeFileSync(options.junitFile, writeJunit(report))
    return report
  } finally {
    world.trap.close()
  }
}

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
    limits: { ...LIMITS, paidMs: options.paidMs },
    now: Date.now,
    sleep: async (ms) => void (await setTimeout(ms)),
    only: options.cases,
  }
}

/** Prints each case as soon as it has ended. */
function createPrinter(): (result: Result) => void {
  let api = ''
  return (result) => {
    if (result.api !== api) console.log(headOf(result.api))
    api = result.api
    console.log(lineOf(result))
  }
}

function isBad({ results }: Report, { isStrict }: Options): boolean {
  return results.some((it) => it.outcome === 'failed' || (isStrict && it.outcome === 'not_played'))
}

process.exit(await main())
