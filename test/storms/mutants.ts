import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { openFiles } from './files'
import type { runStorm } from './storm'

type Edit = { file: string; code: string; becomes: string }

/**
 * The real code with one thing changed, or a thing that is moved from one place to another. `from` is a seed shortly before
 * the first storm that shows it.
 */
export type Mutant = Edit & { name: string; also?: Edit[]; from?: number }

export const MUTANTS: Mutant[] = [
  {
    name: 'the amount is not compared',
    file: 'lib/shop/decide.ts',
    code: 'if (trade.paidFen !== payment.amountFen || trade.currency !== payment.currency) {',
    becomes: 'if (trade.currency !== payment.currency) {',
    from: 575,
  },
  {
    name: 'it is acknowledged before anything is written',
    file: 'lib/shop/handle-notification.ts',
    code: 'await place.turn\n    return replyTo(await processNotification(shop, id, message))',
    becomes: "await place.turn\n    processNotification(shop, id, message).catch(() => {})\n    return 'acknowledge'",
  },
  {
    name: 'a payment is written over whoever changed it meanwhile',
    file: 'db/changes.ts',
    code: "and(eq(payments.outTradeNo, placeholder('of')), eq(payments.version, placeholder('was')))",
    becomes: "eq(payments.outTradeNo, placeholder('of'))",
    from: 431,
  },
  {
    name: 'an order that closes keeps its stock',
    file: 'db/changes.ts',
    code: 'for (const { productId, quantity } of returned) await moveStock(tx, productId, quantity)',
    becomes: '',
  },
  {
    name: 'a number that WeChat neither knows nor takes is asked about for ever',
    file: 'lib/shop/query.ts',
    code: "if (closed === 'missing') return 'refused'",
    becomes: '',
    from: 28,
  },
  {
    name: 'an answer is believed whoever signed it',
    file: 'lib/wechat/v2/call.ts',
    code: "if (!isSignedWith(fields, apiKey, type)) return unknown('bad_signature', fields)",
    becomes: '',
    from: 234,
  },
  {
    name: 'money that comes too late is forgotten',
    file: 'lib/shop/decide.ts',
    code: "return apply('stray', order, strayed, order.status === 'closed' ? 'late' : 'second')",
    becomes: "return ignore('already')",
    from: 35,
  },
  {
    name: 'the order request leaves before the payment is written down',
    file: 'lib/shop/checkout.ts',
    code: 'await shop.store.insertPayment(newPayment(shop, order, request))',
    becomes:
      'const fresh = newPayment(shop, order, request)\n      await shop.gateway.prepay(fresh)\n      await shop.store.insertPayment(fresh)',
  },
  {
    name: 'a notification is believed without asking back',
    file: 'lib/shop/handle-notification.ts',
    code: 'const answer = await shop.gateway.query(payment, QUERY_MS_MAX)',
    becomes: `const answer = { type: 'paid', trade, evidence: { fields: {}, problem: null } } as Awaited<ReturnType<typeof shop.gateway.query>>`,
    from: 44,
  },
  {
    name: 'a payment is closed here without closing it at WeChat',
    file: 'lib/shop/query.ts',
    code: 'const answer = await shop.gateway.close(payment)',
    becomes: `const answer = { type: 'closed' } as Awaited<ReturnType<typeof shop.gateway.close>>`,
  },
  {
    name: 'a missing sign is not checked',
    file: 'lib/wechat/v2/notification.ts',
    code: 'if (said !== expected || !signature.isRight) return',
    becomes: 'if (fields.sign && (said !== expected || !signature.isRight)) return',
  },
  {
    name: 'more can be refunded than was paid',
    file: 'lib/shop/refuse-refund.ts',
    code: "return amountFen > refundableFen(paidFen, refunds) ? 'refund_too_much' : null",
    becomes: 'return null',
  },
  {
    name: 'what is left is looked up before the step that writes the refund',
    file: 'db/refunds.ts',
    code: 'if (refusal !== null) throw new Refused(refusal)\n          return insertWith',
    becomes:
      "if (refusal !== null && refusal !== 'refund_too_much') throw new Refused(refusal)\n          return insertWith",
    also: [
      {
        file: 'lib/shop/refunds.ts',
        code: 'const refusal = await insert(shop, refund, cause, entry)',
        becomes: `const seen = refundsOf(await shop.store.listRefundsOf(refund.orderId), money.transactionId)
  if (amountFen > refundableFen(money.paidFen, seen)) return refused('refund_too_much')
  const refusal = await insert(shop, refund, cause, entry)`,
      },
    ],
    from: 748,
  },
  {
    name: 'a refund that had no answer is repeated under a new number',
    file: 'lib/shop/send-refund.ts',
    code: 'await shop.gateway.refund(refund)',
    becomes: `await shop.gateway.refund(
    refund.problem === null ? refund : { ...refund, ...anew(shop, { ...refund, outRefundNo: shop.newOutRefundNo() }) },
  )`,
    also: [
      {
        file: 'lib/shop/send-refund.ts',
        code: '/** Whether WeChat gave an answer that can be believed, whatever it said. */',
        becomes: `const anew = (shop: Shop, refund: Refund) => ({ ...refund, ...shop.gateway.draftRefund(refund.apiVersion, refund) })`,
      },
    ],
  },
  {
    name: 'the amount of a refund is worked out again from what is left when it is repeated',
    file: 'lib/shop/send-refund.ts',
    code: 'await shop.gateway.refund(refund)',
    becomes: `await shop.gateway.refund(refund.problem === null ? refund : await anew(shop, refund))`,
    also: [
      {
        file: 'lib/shop/send-refund.ts',
        code: '/** Whether WeChat gave an answer that can be believed, whatever it said. */',
        becomes: `const anew = async (shop: Shop, refund: Refund): Promise<Refund> => {
  const all = await shop.store.listRefundsOf(refund.orderId)
  const left = all.reduce((rest, it) => rest - it.amountFen, refund.paidFen as number)
  const amountFen = Math.max(1, left) as Refund['amountFen']
  return { ...refund, amountFen, ...shop.gateway.draftRefund(refund.apiVersion, { ...refund, amountFen }) }
}`,
      },
    ],
  },
  {
    name: 'a refund notice is believed without asking back',
    file: 'lib/shop/handle-refund-notice.ts',
    code: 'const asked = await query(shop, findings, refund)',
    becomes: 'const asked = told as FoundRefund | "missing" | "unknown"',
    from: 31,
  },
  {
    name: 'the refund request leaves before the refund is written down',
    file: 'lib/shop/refunds.ts',
    code: 'const refusal = await insert(shop, refund, cause, entry)',
    becomes: 'await shop.gateway.refund(refund)\n  const refusal = await insert(shop, refund, cause, entry)',
  },
  {
    name: 'stock returns when WeChat takes a refund on, and again when it succeeded',
    file: 'lib/shop/decide-refund.ts',
    code: 'returned: hasSucceeded && after.returnsStock ? after.lines : [],',
    becomes: "returned: (hasSucceeded || reason === 'accepted') && after.returnsStock ? after.lines : [],",
  },
  {
    name: 'a refund made in the console is only noted in the log',
    file: 'lib/shop/handle-refund-notice.ts',
    code: 'const isRecorded = await recordForeignRefund(shop, payment, asked, causeOf(findings), result)',
    becomes: 'const isRecorded = (await shop.store.commit({ result })) && causeOf !== undefined',
  },
]

/** The storms, with all that they stand on. */
type Storms = {
  runStorm: typeof runStorm
  openFiles: typeof openFiles
}

const HERE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = join(HERE, '../..')

/** Builds the mutant. Throws when the code that it changes is not there exactly once: then it would be no mutant. */
export async function buildMutant(mutant: Mutant): Promise<Storms> {
  const { name, also = [] } = mutant
  const mutated = new Map<string, string>()
  for (const { file, code, becomes } of [mutant, ...also]) {
    const path = join(ROOT, file)
    const parts = (mutated.get(path) ?? readFileSync(path, 'utf8')).split(code)
    if (parts.length !== 2) throw new Error(`${file} has this ${parts.length - 1} times: ${code}`)
    mutated.set(path, parts.join(becomes))
  }
  // Here the packages are found, and nobody looks for tests.
  const outfile = join(ROOT, 'node_modules/.cache/mutants', `${name.replaceAll(/\W+/g, '-')}.mjs`)
  await build({
    stdin: { contents: "export * from './storm'; export * from './files'", resolveDir: HERE },
    outfile,
    bundle: true,
    platform: 'node',
    format: 'esm',
    packages: 'external',
    tsconfig: join(ROOT, 'tsconfig.json'),
    logLevel: 'error',
    plugins: [
      {
        name: 'mutation',
        setup: (builder) => {
          builder.onLoad({ filter: /\.ts$/ }, ({ path }) => {
            const contents = mutated.get(path)
            return contents === undefined ? undefined : { contents, loader: 'ts' }
          })
        },
      },
    ],
  })
  return import(pathToFileURL(outfile).href)
}
