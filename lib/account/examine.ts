import type { Config } from '@/lib/config'
import { apiBaseOf, findV3Keys } from '@/lib/payments'
import { termOf } from '@/lib/wechat/certificate'
import { type Fetch, openHttp } from '@/lib/wechat/http'
import type { HandedOut } from '@/lib/wechat/v3/handed-out'
import { type Arrival, examineNotifyUrl } from './arrival'
import { examineClock, observe } from './clock'
import { doubtful, type Finding, gravest, untold } from './finding'
import { examineCertificate, examineV2 } from './v2'
import { examineV3 } from './v3'

const CALL_MS_MAX = 5_000
const NUMBER_DIGITS = 24

export type Examination = {
  now: () => number
  /** Characters `0-9a-f` by chance. */
  newNonce: () => string
  /** Null where the shop's store cannot be read. */
  wasReceived: Arrival['wasReceived']
  /** How WeChat Pay and the shop itself are called; by default over the network. */
  fetch?: Fetch
}

/**
 * Whether WeChat Pay knows this account as the settings have it, and reaches the shop. Nothing is placed, paid or refunded.
 * Each call has a time limit, and none throws.
 */
export async function examineAccount(config: Config, examination: Examination): Promise<Finding[]> {
  const { now, newNonce, fetch = openHttp() } = examination
  const observed = observe(fetch)
  const common = { apiBase: apiBaseOf(config), now, newNonce, onCall: () => {} }
  // No shop makes numbers like it: those of this one begin with a letter too, but not with these.
  const number = `DOCTOR00${newNonce().slice(0, NUMBER_DIGITS)}`
  const keys = await keysOf(config, observed.fetch)
  const ofNotifyUrl = examineNotifyUrl(arrivalOf(config, examination, fetch), CALL_MS_MAX)
  const findings = await Promise.all([
    ofV2(config, { ...common, fetch: observed.fetch }, number),
    ofV3(config, keys, { ...common, fetch: observed.fetch, signedBy: observed.signedBy }, number),
    ofCertificate(config, common, examination),
    ofNotifyUrl,
  ])
  return gravest([...findings.flat(), examineClock(observed.serverTime(), now())])
}

type Common = { apiBase: string; now: () => number; newNonce: () => string; onCall: () => void }

/** Null when there are none; what an emulator does not hand out is missed there. */
async function keysOf(config: Config, fetch: Fetch): Promise<HandedOut | null> {
  try {
    const found = await findV3Keys(config, fetch)
    return typeof found === 'function' ? await found() : found
  } catch {
    return null
  }
}

async function ofV2(config: Config, common: Common & { fetch: Fetch }, number: string): Promise<Finding[]> {
  const account = accountOf(config)
  if (account === null) return [untold('appid', 'API v3 tells of it only when an order is placed')]
  return examineV2({ ...common, account }, number, CALL_MS_MAX)
}

async function ofV3(
  config: Config,
  keys: HandedOut | null,
  { signedBy, ...common }: Common & { fetch: Fetch; signedBy: () => string | null },
  number: string,
): Promise<Finding[]> {
  if (keys === null) return [untold('v3 merchant key', 'no keys of API v3 are set')]
  const { publicKey, ...own } = keys
  const { appid, mchId } = config.account
  const account = { appid, mchId, ...own, publicKeyId: publicKey?.id ?? null }
  return examineV3({ ...common, account }, { publicKey: publicKey?.key ?? null, signedBy }, number, CALL_MS_MAX)
}

async function ofCertificate(config: Config, common: Common, { fetch, now }: Examination): Promise<Finding[]> {
  const { certificate } = config
  const account = accountOf(config)
  if (certificate === null || account === null) {
    return [untold('certificate', 'no WXPAY_CERT_FILE is set: refunds of API v2 are off')]
  }
  if (common.apiBase.startsWith('http:')) return [untold('certificate', 'on plain HTTP none can be shown')]
  const shown = { ...certificate, privateKey: certificate.privateKey.reveal() }
  const certified = { ...common, account, fetch: fetch ?? openHttp({ certificate: shown }) }
  const found = await examineCertificate(certified, CALL_MS_MAX)
  const endsSoon = termOf(certificate, now()) === 'ends_soon' && found.state === 'right'
  return [endsSoon ? doubtful('certificate', 'WeChat Pay takes it, and it expires within a month') : found]
}

function accountOf({ account }: Config) {
  const { appid, mchId, apiKey, previousApiKey, signType } = account
  if (apiKey === null) return null
  return { appid, mchId, apiKey: apiKey.reveal(), previousApiKey: previousApiKey?.reveal() ?? null, signType }
}

function arrivalOf(config: Config, { newNonce, wasReceived }: Examination, fetch: Fetch): Arrival {
  const path = config.apiVersion === 'v3' ? '/api/wechat/notify/v3' : '/api/wechat/notify'
  return {
    notifyUrl: new URL(path, config.publicUrl.origin),
    fetch,
    mark: newNonce(),
    wasReceived,
    isLocal: config.payments === 'emulator',
  }
}
