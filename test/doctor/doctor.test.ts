import { expect, onTestFinished, test } from 'vitest'
import { examine } from '@/lib/doctor/examine'
import { createEmulator } from '@/lib/emulator/emulator'
import { FIXED_KEYS } from '../wechat/v3/keys'
import { openExamination } from './examine'
import { openMerchant, SOUND } from './merchant'
import { WEAK } from './weak-merchants'

const EMULATOR_URL = 'http://127.0.0.1:4000'
const MERCHANT_URL = 'http://127.0.0.1:8080'

async function examineMerchant(parts: Partial<typeof SOUND>, clock = { ms: 0 }) {
  const emulator = createEmulator({ keyMaker: FIXED_KEYS, send: (request) => merchant.fetch(request) })
  const merchant = openMerchant({ ...SOUND, ...parts }, MERCHANT_URL, (request) => emulator.fetch(request))
  onTestFinished(emulator.close)
  const examination = await openExamination(merchant, { fetch: emulator.fetch, url: EMULATOR_URL }, clock)
  const refunded = await merchant.place(8800)
  await examination.control.pay(refunded)
  await merchant.refund(refunded, 100)
  return examine(examination)
}

const failing = ({ results }: Awaited<ReturnType<typeof examine>>) =>
  results.filter((it) => it.outcome === 'failed').map((it) => it.name)

test('it finds nothing wrong with a program that does everything right, and plays every case', async () => {
  const report = await examineMerchant({})
  expect(report.results.filter((it) => it.outcome !== 'passed')).toEqual([])
  expect(report.weaknesses).toEqual([])
})

test.each(Object.entries(WEAK))('of a program that %s it names that, and nothing else', async (_, open) => {
  const clock = { ms: 0 }
  const { parts, named, failing: cases } = open(clock)
  const report = await examineMerchant(parts, clock)
  expect({ weaknesses: report.weaknesses, failing: failing(report).sort() }).toEqual({
    weaknesses: [named],
    failing: cases.toSorted(),
  })
})
