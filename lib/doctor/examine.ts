import { countNeeded } from './case'
import { type Account, type Api, DoctorError } from './control'
import type { Examination } from './examination'
import type { Language } from './language'
import { PLAIN_FEN } from './numbers'
import { createPayments, type Payments } from './payments'
import { play, type Result } from './player'
import { createSender } from './sender'
import type { Bench } from './stages'
import { languageV2 } from './v2/language'
import { languageV3 } from './v3/language'
import { type WeaknessId, withoutImplied } from './weaknesses/weaknesses'

export type Report = {
  notifyUrl: string
  emulator: string
  results: Result[]
  /** What is wrong, each named once. */
  weaknesses: WeaknessId[]
}

/** Who looks on. */
export type Listener = {
  onBegin?: (api: Api, payments: { open: number; spoilt: number; needed: number }) => void
  onResult?: (result: Result) => void
}

/** Plays every case against a notify URL, and says what is wrong. Throws a `DoctorError` when that is not possible. */
export async function examine(world: Examination, listener: Listener = {}): Promise<Report> {
  const { control, notifyUrl } = world
  const payments = createPayments(world)
  const accounts = await control.listAccounts()
  const results: Result[] = []
  const parts = { payments, accounts, results, listener }
  try {
    for (const api of await findApis(world, payments)) {
      if (api === 'v2') await playAll(world, languageV2(world.now), parts)
      else await playAll(world, languageV3(control, world.now), parts)
    }
  } finally {
    await control.restoreFaults()
  }
  const found = new Set(results.flatMap((it) => it.findings.map(({ weakness }) => weakness)))
  return { notifyUrl, emulator: control.base, results, weaknesses: withoutImplied(found) }
}

type Parts = { payments: Payments; accounts: Account[]; results: Result[]; listener: Listener }

async function playAll<Subject>(
  world: Examination,
  language: Language<Subject>,
  { payments, accounts, results, listener }: Parts,
): Promise<void> {
  const cases = language.cases.filter((it) => world.only === null || world.only.has(it.name))
  listener.onBegin?.(language.api, { ...(await payments.countOpen(language.api)), needed: countNeeded(cases) })
  await warmUp(world)
  const bench: Bench<Subject> = {
    api: language.api,
    world,
    payments,
    sender: createSender(world, language, accounts),
    shared: { unpaid: null, paid: null, own: null, consoleRefund: null },
  }
  for (const test of cases) {
    const result = await play(bench, test)
    results.push(result)
    listener.onResult?.(result)
  }
}

/** A program that is compiled at its first request is not to be called slow for that. */
async function warmUp({ post, notifyUrl, refundNotifyUrl }: Examination): Promise<void> {
  const nothing = { headers: { 'content-type': 'text/xml' }, body: '<xml></xml>' }
  for (const url of [notifyUrl, refundNotifyUrl]) if (url !== null) await post(url, nothing)
}

/** The APIs in which the program has open payments with this notify URL. */
async function findApis({ control, notifyUrl, makeOrder }: Examination, payments: Payments): Promise<Api[]> {
  const listApis = async (): Promise<Api[]> => {
    const [v2, v3] = [await payments.countOpen('v2'), await payments.countOpen('v3')]
    return [...(v2.open > 0 ? ['v2' as const] : []), ...(v3.open > 0 ? ['v3' as const] : [])]
  }
  let apis = await listApis()
  if (apis.length === 0 && makeOrder !== null) {
    await makeOrder(PLAIN_FEN)
    apis = await listApis()
  }
  if (apis.length === 0) {
    const { orders } = await control.readState()
    const others = [...new Set(orders.filter((it) => it.state === 'NOTPAY').map((it) => it.notifyUrl))]
    const seen = others.length === 0 ? 'It has no open payment at all.' : `Its open payments name ${others.join(', ')}.`
    throw new DoctorError(
      `The emulator at ${control.base} has no open payment whose notify_url is ${notifyUrl}. ${seen}\n` +
        'Have your program place orders with the emulator as its WeChat Pay, or name --make-order.',
    )
  }
  return apis
}
