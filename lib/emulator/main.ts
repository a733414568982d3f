import { randomBytes } from 'node:crypto'
import { serve } from '@hono/node-server'
import { z } from 'zod'
import { DEMO_ACCOUNT } from './accounts'
import { createEmulator, type Emulator, type EmulatorOptions, NoAnswer } from './emulator'

const LOOPBACK = /^(localhost|127(\.\d{1,3}){3}|::1)$/
/** A request that is still not complete after this many milliseconds is given up. */
const REQUEST_MS = 10_000

const environment = z
  .object({
    EMULATOR_PORT: z.coerce.number('must be a port').int('must be a port').min(1).max(65_535).default(4000),
    EMULATOR_DATABASE_URL: z.string().startsWith('file:', 'must be file:<path>').default('file:./data/emulator.db'),
    EMULATOR_OPEN: z.enum(['0', '1'], 'must be 0 or 1').default('0'),
    HOST: z.string().default('127.0.0.1'),
    PUBLIC_URL: z.url({ protocol: /^https?$/, error: 'must be an http or https address' }).optional(),
    WXPAY_APPID: z.string().max(32).default(DEMO_ACCOUNT.appid),
    WXPAY_MCHID: z.string().max(32).default(DEMO_ACCOUNT.mchId),
    WXPAY_API_KEY: z.string().length(32, 'must have 32 characters').default(DEMO_ACCOUNT.apiKey),
    WXPAY_APP_SECRET: z
      .string()
      .regex(/^\w{32}$/, 'must have exactly 32 letters and digits')
      .default(DEMO_ACCOUNT.appSecret),
  })
  .refine((env) => LOOPBACK.test(env.HOST) || env.EMULATOR_OPEN === '1', {
    path: ['HOST'],
    error: 'is reachable from outside, which needs EMULATOR_OPEN=1',
  })

function readEnvironment() {
  // An empty variable is how shells and container files say "not set".
  const given = Object.fromEntries(Object.entries(process.env).filter(([, value]) => value !== ''))
  const parsed = environment.safeParse(given)
  if (parsed.success) return parsed.data
  const problems = parsed.error.issues.map(({ path, message }) => `  ${path.join('.')} ${message}`)
  console.error(['The emulator cannot start:', ...problems].join('\n'))
  process.exit(1)
}

type Environment = ReturnType<typeof readEnvironment>

function openEmulator(env: Environment): Emulator {
  const options: EmulatorOptions = {
    databaseUrl: env.EMULATOR_DATABASE_URL,
    accounts: [
      {
        appid: env.WXPAY_APPID,
        mchId: env.WXPAY_MCHID,
        apiKey: env.WXPAY_API_KEY,
        appSecret: env.WXPAY_APP_SECRET,
      },
    ],
    basePath: '',
    now: Date.now,
    random: randomBytes,
    deliveryOrigins: env.PUBLIC_URL === undefined ? [] : [new URL(env.PUBLIC_URL).origin],
    isOpen: env.EMULATOR_OPEN === '1',
    log: (event, error) => console.error(event, error),
  }
  try {
    return createEmulator(options)
  } catch (error) {
    console.error(
      `The emulator cannot open ${env.EMULATOR_DATABASE_URL}: ${error instanceof Error ? error.message : error}`,
    )
    process.exit(1)
  }
}

function main(): void {
  const env = readEnvironment()
  const emulator = openEmulator(env)

  const server = serve(
    {
      fetch: async (request, { incoming }) => {
        try {
          // An unknown address is nobody's own machine.
          return await emulator.fetch(request, { remoteAddress: incoming.socket.remoteAddress ?? 'unknown' })
        } catch (error) {
          if (!(error instanceof NoAnswer)) throw error
          incoming.socket.destroy()
          return new Response(null)
        }
      },
      hostname: env.HOST,
      port: env.EMULATOR_PORT,
      serverOptions: { requestTimeout: REQUEST_MS, headersTimeout: REQUEST_MS },
    },
    () => {
      emulator.start()
      const url = `http://${env.HOST.includes(':') ? `[${env.HOST}]` : env.HOST}:${env.EMULATOR_PORT}`
      console.log(
        `WeChat Pay emulator  ${url}\nBuyer's phone        ${url}/phone\nAccount              ${env.WXPAY_MCHID}`,
      )
    },
  )
  server.on('error', (error) => {
    console.error(`The emulator cannot listen on ${env.HOST}:${env.EMULATOR_PORT}: ${error.message}`)
    process.exit(1)
  })

  let isStopping = false
  const stop = async () => {
    if (isStopping) return
    isStopping = true
    const closed = new Promise((resolve) => server.close(resolve))
    if ('closeIdleConnections' in server) server.closeIdleConnections()
    await Promise.all([closed, emulator.stop()])
    emulator.close()
    process.exit(0)
  }
  process.on('SIGTERM', stop)
  process.on('SIGINT', stop)
}

main()
