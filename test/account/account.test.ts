import { X509Certificate } from 'node:crypto'
import { existsSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, beforeAll, expect, onTestFinished, test } from 'vitest'
import { examineAtStart } from '@/lib/account/at-start'
import { runAccountCommand, writeTable } from '@/lib/account/command'
import { type Examination, examineAccount } from '@/lib/account/examine'
import type { Finding } from '@/lib/account/finding'
import { type Config, readConfig } from '@/lib/config'
import { createEmulator } from '@/lib/emulator/emulator'
import type { Emulator } from '@/lib/emulator/public'
import { startEmulator } from '@/lib/emulator/testing'
import type { LogFields } from '@/lib/shop/shop'
import type { Fetch } from '@/lib/wechat/http'
import { FIXED_KEYS, OTHER_MCHID } from '../wechat/v3/keys'
import { openWorld } from '../world'

/* An account as it is configured, before a WeChat Pay that knows it otherwise. */

const OWN = { appid: 'wx0000000000000110', mchId: OTHER_MCHID, apiKey: 'k'.repeat(32) }
const STRANGER = { appid: 'wx0000000000000111', mchId: '1900000111', apiKey: 's'.repeat(32) }
const WECHAT = 'https://api.wechat.example.com'
const SHOP = 'https://shop.example.com'

const folder = mkdtempSync(join(tmpdir(), 'account-'))
const file = (name: string, content: string | Uint8Array) => {
  writeFileSync(join(folder, name), content)
  return join(folder, name)
}
let emulator: Emulator
let right: Record<string, string>
let rightV3: Record<string, string>

beforeAll(async () => {
  emulator = createEmulator({ accounts: [OWN, STRANGER], keyMaker: FIXED_KEYS })
  const [own] = await emulator.accounts()
  if (own === undefined) throw new Error('no account')
  right = {
    PAYMENTS: 'wechat',
    PUBLIC_URL: SHOP,
    WXPAY_API_BASE: WECHAT,
    WXPAY_APPID: OWN.appid,
    WXPAY_MCHID: OWN.mchId,
    WXPAY_API_KEY: OWN.apiKey,
    WXPAY_CERT_FILE: file('own.p12', Buffer.from(own.p12_base64, 'base64')),
  }
  rightV3 = {
    WXPAY_V3_KEY: own.v3_key,
    WXPAY_CERT_SERIAL: own.serial,
    WXPAY_PRIVATE_KEY_FILE: file('key.pem', own.private_key),
    WXPAY_PUBLIC_KEY_ID: own.public_key_id,
    WXPAY_PUBLIC_KEY_FILE: file('public.pem', own.public_key),
  }
})
afterAll(() => {
  emulator.close()
  rmSync(folder, { recursive: true })
})

function configOf(variables: Record<string, string | undefined>): Config {
  const read = readConfig(variables)
  if (!read.ok) throw new Error(read.problems.join('\n'))
  return read.config
}

/** WeChat Pay, which is shown the certificate, and the shop that takes what is sent to it. */
function network(more: { shop?: Fetch; weChat?: Fetch; certificate?: Uint8Array | null } = {}): Fetch {
  const { certificate = new X509Certificate(certificateOf(OWN.mchId)).raw } = more
  const caller = { remoteAddress: '127.0.0.1', clientCertificate: certificate }
  return async (request) => {
    const { origin } = new URL(request.url)
    if (origin === SHOP) return more.shop === undefined ? new Response('FAIL') : more.shop(request)
    const answer = await (more.weChat?.(request) ?? emulator.fetch(request, caller))
    const headers = new Headers(answer.headers)
    headers.set('date', new Date().toUTCString())
    return new Response(answer.body, { status: answer.status, headers })
  }
}

let merchantCertificate = ''
beforeAll(async () => {
  merchantCertificate = (await FIXED_KEYS.merchantKeys(OWN.mchId, 0)).merchant.certificate
})
const certificateOf = (mchId: string) => (mchId === OWN.mchId ? merchantCertificate : '')

let count = 0
async function examine(
  variables: Record<string, string | undefined>,
  examination: Partial<Examination> = {},
): Promise<Record<string, string>> {
  count += 1
  const findings = await examineAccount(configOf(variables), {
    now: Date.now,
    newNonce: () => String(count).padStart(32, '0'),
    wasReceived: async () => true,
    fetch: network(),
    ...examination,
  })
  return statesOf(findings)
}
const statesOf = (findings: Finding[]) => Object.fromEntries(findings.map((it) => [it.subject, it.state]))
const wrongIn = (states: Record<string, string>) => Object.keys(states).filter((it) => states[it] === 'wrong')

test('an account that is right in all is told so, subject by subject', async () => {
  expect(await examine({ ...right, ...rightV3 })).toEqual({
    connection: 'right',
    clock: 'right',
    appid: 'right',
    merchant: 'right',
    'API key': 'right',
    'sign type': 'right',
    certificate: 'right',
    'v3 merchant key': 'right',
    'v3 key': 'right',
    "WeChat Pay's key": 'right',
    'notify URL': 'right',
  })
  const state = await (await emulator.fetch(new Request('http://127.0.0.1/_control/state'))).json()
  expect([state.orders, state.refunds]).toEqual([[], []])
})

test('a merchant of API v3 alone is told what that API tells, and of what it says nothing', async () => {
  const alone = { ...right, ...rightV3, WXPAY_API_VERSION: 'v3', WXPAY_API_KEY: undefined, WXPAY_CERT_FILE: undefined }
  const states = await examine(alone)
  expect(wrongIn(states)).toEqual([])
  expect(states).toMatchObject({ connection: 'right', appid: 'untold', 'v3 merchant key': 'right', 'v3 key': 'right' })
})

const OTHER_KEY = FIXED_KEYS.merchantKeys('1900000109', 0)

test.each<[string, Record<string, string | undefined>, string[]]>([
  ['an appid that does not exist', { WXPAY_APPID: 'wx0000000000000999' }, ['appid']],
  ['an appid of another merchant', { WXPAY_APPID: STRANGER.appid }, ['appid']],
  ['a merchant that does not exist', { WXPAY_MCHID: '1900000999', WXPAY_CERT_FILE: undefined }, ['merchant']],
  ['another API key', { WXPAY_API_KEY: 'x'.repeat(32) }, ['API key']],
  [
    'a new key that WeChat does not have yet',
    { WXPAY_API_KEY: 'x'.repeat(32), WXPAY_PREVIOUS_API_KEY: OWN.apiKey },
    ['API key'],
  ],
])('of API v2, %s is the one thing that is wrong', async (_, changes, wrong) => {
  expect(wrongIn(await examine({ ...right, ...changes }))).toEqual(wrong)
})

test.each<[string, () => Promise<Record<string, string | undefined>>, string[]]>([
  [
    'another serial number',
    async () => ({ WXPAY_CERT_SERIAL: 'A'.repeat(40), WXPAY_CERT_FILE: undefined }),
    ['v3 merchant key'],
  ],
  [
    'another private key',
    async () => ({
      WXPAY_PRIVATE_KEY_FILE: file('other.pem', (await OTHER_KEY).merchant.privateKey),
      WXPAY_CERT_FILE: undefined,
    }),
    ['v3 merchant key'],
  ],
  ['another API v3 key', async () => ({ WXPAY_V3_KEY: 'x'.repeat(32) }), ['v3 key']],
  [
    'another API v3 key without the public key',
    async () => ({ WXPAY_V3_KEY: 'x'.repeat(32), WXPAY_PUBLIC_KEY_ID: undefined, WXPAY_PUBLIC_KEY_FILE: undefined }),
    ['v3 key'],
  ],
  [
    "another public key of WeChat Pay's",
    async () => ({ WXPAY_PUBLIC_KEY_FILE: file('foreign.pem', (await OTHER_KEY).wechat.publicKey) }),
    ["WeChat Pay's key"],
  ],
  [
    'a public key id that WeChat does not have',
    async () => ({ WXPAY_PUBLIC_KEY_ID: `PUB_KEY_ID_${'0'.repeat(28)}` }),
    ["WeChat Pay's key"],
  ],
])('of API v3, %s is the one thing that is wrong', async (_, changes, wrong) => {
  expect(wrongIn(await examine({ ...right, ...rightV3, ...(await changes()) }))).toEqual(wrong)
})

test('a sign type that WeChat does not take is told from a wrong key', async () => {
  const weChat: Fetch = async (request) => {
    const copy = request.clone()
    if ((await copy.text()).includes('HMAC-SHA256')) return emulator.fetch(request)
    return new Response('<xml><return_code>FAIL</return_code><return_msg>签名错误</return_msg></xml>')
  }
  const states = await examine({ ...right, WXPAY_CERT_FILE: undefined }, { fetch: network({ weChat }) })
  expect([wrongIn(states), states['API key']]).toEqual([['sign type'], 'right'])
})

test.each<[string, Uint8Array | null | string]>([
  ['no certificate arrives', null],
  ['one that WeChat did not give out', 'platform'],
])('a certificate that WeChat refuses is told: %s', async (_, shown) => {
  const foreign = new X509Certificate((await FIXED_KEYS.platformCertificate(0)).certificate).raw
  const fetch = network({ certificate: shown === null ? null : foreign })
  expect(wrongIn(await examine(right, { fetch }))).toEqual(['certificate'])
})

test('a clock that is minutes off is told by the date of an answer and by API v3', async () => {
  const ahead = { now: () => Date.now() + 400_000 }
  expect(wrongIn(await examine(right, ahead))).toEqual(['clock'])
  expect(wrongIn(await examine({ ...right, ...rightV3 }, ahead))).toEqual(['clock'])
  expect((await examine(right, { now: () => Date.now() - 60_000 })).clock).toBe('doubtful')
})

test('a WeChat Pay that does not answer says nothing about the account', async () => {
  const weChat: Fetch = async () => {
    throw new Error('ECONNREFUSED')
  }
  const states = await examine({ ...right, ...rightV3 }, { fetch: network({ weChat }) })
  expect(wrongIn(states)).toEqual(['connection'])
  expect(Object.keys(states)).not.toContain('API key')
})

test.each<[string, Fetch, string]>([
  ['redirects', async () => new Response(null, { status: 302, headers: { location: '/login' } }), 'wrong'],
  ['wants a login', async () => new Response('', { status: 401 }), 'wrong'],
  ['is another server', async () => new Response('welcome'), 'wrong'],
  [
    'shows an untrusted certificate',
    async () => {
      throw Object.assign(new Error('self-signed certificate'), { code: 'DEPTH_ZERO_SELF_SIGNED_CERT' })
    },
    'wrong',
  ],
  [
    'cannot be reached from here',
    async () => {
      throw Object.assign(new Error('refused'), { code: 'ECONNREFUSED' })
    },
    'doubtful',
  ],
])('a notify URL that %s is told', async (_, shop, state) => {
  const states = await examine(right, { fetch: network({ shop }), wasReceived: async () => false })
  expect(states['notify URL']).toBe(state)
})

test('a notify URL that WeChat cannot call is told, and without a database nothing is claimed', async () => {
  const local = { ...right, PUBLIC_URL: 'http://127.0.0.1:3000', PUBLIC_URL_CHECK: 'off' }
  expect((await examine(local))['notify URL']).toBe('wrong')
  expect((await examine(right, { wasReceived: null }))['notify URL']).toBe('untold')
})

test('a start tells in its log what has to be seen to, and its probe is a message like any other', async () => {
  const world = await openWorld()
  onTestFinished(world.close)
  const said: unknown[] = []
  const log = { ...world.shop.log, warn: (event: string, fields?: LogFields) => void said.push({ event, ...fields }) }
  // The reply is lost on its way, which does not matter: the probe arrived.
  const shop: Fetch = async (request) => {
    await world.notify(await request.text())
    return new Response(null, { status: 502 })
  }
  const config = configOf({ ...right, WXPAY_API_KEY: 'x'.repeat(32) })
  const nonce = 'a'.repeat(32)
  const examination = { now: Date.now, newNonce: () => nonce, fetch: network({ shop }) }
  await examineAtStart(config, { log, store: world.shop.store }, examination)
  expect(said).toEqual([expect.objectContaining({ event: 'account_doubtful', subject: 'API key', state: 'wrong' })])
  expect(await world.verdicts()).toEqual(['malformed'])
})

test('the command tells in a table or as JSON, ends with 1 when something is wrong, and makes no database', async () => {
  const weChat = await startEmulator({ accounts: [OWN], keyMaker: FIXED_KEYS })
  onTestFinished(weChat.stop)
  const variables = {
    ...right,
    WXPAY_API_BASE: weChat.url,
    PUBLIC_URL: 'http://127.0.0.1:9',
    PUBLIC_URL_CHECK: 'off',
    DATABASE_URL: `file:${join(folder, 'shop.db')}`,
  }
  const said: string[] = []
  const run = (isJson: boolean, more: Record<string, string> = {}) =>
    runAccountCommand(isJson, { ...variables, ...more }, (text) => void said.push(text))
  expect(await run(false, { WXPAY_API_KEY: 'x'.repeat(32) })).toBe(1)
  expect(said[0]).toContain('wrong     API key')
  expect(await run(true)).toBe(1)
  expect(JSON.parse(said[1] ?? '').findings).toContainEqual({
    subject: 'sign type',
    state: 'right',
    text: 'MD5',
  })
  expect(await run(false, { PORT: 'x' })).toBe(2)
  expect(existsSync(join(folder, 'shop.db'))).toBe(false)
})

test('the table has a line for each subject', () => {
  const table = writeTable([
    { subject: 'appid', state: 'right', text: 'a' },
    { subject: 'notify URL', state: 'doubtful', text: 'b' },
  ])
  expect(table).toBe('right     appid       a\ndoubtful  notify URL  b')
})
