import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath, pathToFileURL } from 'node:url'
import { build } from 'esbuild'
import type { openFiles } from './files'
import type { runStorm } from './storm'

/** The real code with one thing changed. `from` is a seed shortly before the first storm that shows it. */
export type Mutant = { name: string; file: string; code: string; becomes: string; from?: number }

export const MUTANTS: Mutant[] = [
  {
    name: 'the amount is not compared',
    file: 'lib/shop/decide.ts',
    code: 'if (trade.paidFen !== payment.amountFen || trade.currency !== payment.currency) {',
    becomes: 'if (trade.currency !== payment.currency) {',
  },
  {
    name: 'it is acknowledged before anything is written',
    file: 'lib/shop/handle-notification.ts',
    code: '.then(() => processNotification(shop, id, message))',
    becomes: `.then((): Verdict => {\n      processNotification(shop, id, message).catch(() => {})\n      return 'already'\n    })`,
  },
  {
    name: 'a payment is written over whoever changed it meanwhile',
    file: 'db/changes.ts',
    code: 'const isUnchanged = and(eq(payments.outTradeNo, outTradeNo), eq(payments.version, before.version))',
    becomes: 'const isUnchanged = eq(payments.outTradeNo, outTradeNo)',
    from: 160,
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
  },
  {
    name: 'an answer is believed whoever signed it',
    file: 'lib/wechat/v2/call.ts',
    code: "if (!isSignedWith(fields, apiKey, type)) return unknown('bad_signature', fields)",
    becomes: '',
  },
  {
    name: 'money that comes too late is forgotten',
    file: 'lib/shop/decide.ts',
    code: "return apply('stray', order, strayed, order.status === 'closed' ? 'late' : 'second')",
    becomes: "return ignore('already')",
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
]

/** The storms, with all that they stand on. */
type Storms = {
  runStorm: typeof runStorm
  openFiles: typeof openFiles
}

const HERE = fileURLToPath(new URL('.', import.meta.url))
const ROOT = join(HERE, '../..')

/** Builds the mutant. Throws when the code that it changes is not there exactly once: then it would be no mutant. */
export async function buildMutant({ name, file, code, becomes }: Mutant): Promise<Storms> {
  const path = join(ROOT, file)
  const parts = readFileSync(path, 'utf8').split(code)
  if (parts.length !== 2) throw new Error(`${file} has this ${parts.length - 1} times: ${code}`)
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
          builder.onLoad({ filter: /\.ts$/ }, ({ path: loaded }) =>
            loaded === path ? { contents: parts.join(becomes), loader: 'ts' } : undefined,
          )
        },
      },
    ],
  })
  return import(pathToFileURL(outfile).href)
}
