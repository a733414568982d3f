import { expect, onTestFinished, test } from 'vitest'
import { examine, type Report } from '@/lib/doctor/examine'
import { createEmulator } from '@/lib/emulator/emulator'
import { FIXED_KEYS } from '../wechat/v3/keys'
import { openExamination, type Program } from './examine'
import { openMerchant, SOUND } from './merchant'
import { openMerchantV3, SOUND_V3 } from './merchant-v3'
import { WEAK } from './weak-merchants'
import { WEAK_V3 } from './weak-merchants-v3'

type Fetch = (request: Request) => Promise<Response>
type Refunding = Program & { refund: (outTradeNo: string, fee: number) => Promise<void> }

/** Opens a program beside an emulator, has it ask for a refund, and examines it. */
async function examineProgram(open: (weChat: Fetch) => Refunding, clock = { ms: 0 }): Promise<Report> {
  const emulator = createEmulator({ keyMaker: FIXED_KEYS, send: (request) => program.fetch(request) })
  onTestFinished(emulator.close)
  const program = open((request) => emulator.fetch(request))
  const examination = await openExamination(program, { fetch: emulator.fetch, url: 'http://127.0.0.1:4000' }, clock)
  const refunded = await program.place(8800)
  await examination.control.pay(refunded)
  await program.refund(refunded, 100)
  return examine(examination)
}

const diagnosis = ({ results, weaknesses }: Report) => ({
  weaknesses,
  failing: results.flatMap(({ name, outcome }) => (outcome === 'failed' ? [name] : [])).sort(),
})

test.each<[string, (weChat: Fetch) => Refunding]>([
  ['v2', (weChat) => openMerchant(SOUND, weChat)],
  ['v3', (weChat) => openMerchantV3(SOUND_V3, weChat)],
])('it finds nothing wrong with a program of %s that does everything right, and plays every case', async (_, open) => {
  const { results, weaknesses } = await examineProgram(open)
  expect(results.filter((it) => it.outcome !== 'passed')).toEqual([])
  expect(weaknesses).toEqual([])
})

test.each(Object.entries(WEAK))('of a program that %s it names that, and nothing else', async (_, open) => {
  const clock = { ms: 0 }
  const { parts, named, failing } = open(clock)
  const report = await examineProgram((weChat) => openMerchant({ ...SOUND, ...parts }, weChat), clock)
  expect(diagnosis(report)).toEqual({ weaknesses: [named], failing: failing.toSorted() })
})

test.each(Object.entries(WEAK_V3))('of a program of v3 that %s it names that, and nothing else', async (_, weak) => {
  const { parts, named, failing } = weak
  const report = await examineProgram((weChat) => openMerchantV3({ ...SOUND_V3, ...parts }, weChat))
  expect(diagnosis(report)).toEqual({ weaknesses: [named], failing: failing.toSorted() })
})
