import type { Sale } from '../attack/sales'
import type { ShopProcess } from '../processes/shop-process'
import { type Created, forged, genuine, notify, ORDER, page, post, prepay, repeat } from './calls'
import type { Answer, Call, Driven } from './driver'
import { openSides, processorMs, type Sides } from './sides'
import type { Measured, Side } from './table'

/*
 * The shop beside its peers, over real HTTP. In each round every side does the same work, one side after the other, so that
 * what else this machine does hits all of them; of the rounds the median counts.
 */

const CONNECTIONS = 16
type World = Awaited<ReturnType<typeof openSides>>

/** @param requests of each kind at each side in one round */
export async function measureSpeed(rounds: number, requests: number, hear: (text: string) => void) {
  hear('builds, sells, starts …')
  // Before the rounds, so that every side has compiled what it runs.
  const warmUp = 2 * requests
  const world = await openSides(warmUp + rounds * requests)
  const measured: Measured[] = []
  try {
    await runRound(world, warmUp, () => {})
    for (let round = 1; round <= rounds; round += 1) {
      await runRound(world, requests, (it) => measured.push(it))
      hear(`round ${round} of ${rounds}`)
    }
  } finally {
    await world.close()
  }
  return measured
}

/** One round: each kind of request at each side that knows it. */
async function runRound(world: World, many: number, tell: (measured: Measured) => void): Promise<void> {
  const { sides } = world
  const measure = async (what: string, side: Side, process: ShopProcess | null, calls: Call[], isRight: IsRight) => {
    if (process === null) return []
    const before = processorMs(process)
    const driven = await world.drive({ origin: process.url, connections: CONNECTIONS, calls })
    check(what, side, driven, isRight)
    const { seconds, answers } = driven
    const processor = (processorMs(process) - before) / calls.length
    tell({ what, side, perSecond: calls.length / seconds, processorMs: processor })
    return answers
  }
  const sales = world.sales.splice(0, many)
  const shops: (keyof Sides & Side)[] = ['sqlite', 'postgres']

  await measure('an empty handler', 'next', sides.next, repeat(many, post('/empty', '', {})), isOk)
  for (const [what, bodies, isRight] of messagesOf(sales)) {
    for (const side of shops) await measure(what, side, sides[side], notify('/api/wechat/notify', bodies), isRight)
    await measure(what, 'express', sides.express, notify('/notify', bodies), isRight)
    if (what === FIRST) await measure(what, 'slow', sides.slow, notify('/api/wechat/notify', bodies), isRight)
  }
  for (const side of shops) {
    const created = await measure('order creation', side, sides[side], repeat(many, ORDER), isCreated)
    const prepays = created.map(({ text }) => prepay(JSON.parse(text) as Created))
    await measure('prepay', side, sides[side], prepays, isPrepaid)
  }
  await measure('a page of one paragraph', 'next', sides.next, repeat(many, page('/')), isPage)
  for (const side of shops) {
    await measure('home page', side, sides[side], repeat(many, page('/')), isPage)
    await measure('product page', side, sides[side], repeat(many, page('/products/longjing')), isPage)
    // Who has a cart, whichever, gets a page that is made for them.
    const cookie = { cookie: 'cart=any' }
    await measure('home page, made anew', side, sides[side], repeat(many, page('/', cookie)), isPage)
    await measure(
      'product page, made anew',
      side,
      sides[side],
      repeat(many, page('/products/longjing', cookie)),
      isPage,
    )
  }
}

const FIRST = 'first notification'

function messagesOf(sales: Sale[]): [what: string, bodies: string[], isRight: IsRight][] {
  return [
    [FIRST, genuine(sales), isAcknowledged],
    ['repeated notification', genuine(sales), isAcknowledged],
    ['forged notification', forged(sales), isRefused],
  ]
}

type IsRight = (answer: Answer) => boolean

const isOk: IsRight = ({ status }) => status === 200
const isAcknowledged: IsRight = ({ status, text }) => status === 200 && text.includes('SUCCESS')
const isRefused: IsRight = ({ status, text }) => status === 200 && text.includes('FAIL')
const isCreated: IsRight = ({ status }) => status === 201
const isPrepaid: IsRight = ({ status, text }) => status === 200 && text.includes('weixin://')
const isPage: IsRight = ({ status, text }) => status === 200 && text.includes('<html')

/** What did not do its work is not measured. */
function check(what: string, side: Side, { answers }: Driven, isRight: IsRight): void {
  const wrong = answers.filter((answer) => !isRight(answer))
  const [first] = wrong
  if (first === undefined) return
  throw new Error(
    `${what}, ${side}: ${wrong.length} wrong answers, such as ${first.status} ${first.text.slice(0, 300)}`,
  )
}
