import type { Config } from './config'
import zh from './i18n/messages/zh.json'
import type { Gateway, GatewayCall, RefundsOff } from './shop/gateway'
import { termOf } from './wechat/certificate'
import { closedApi } from './wechat/closed'
import { openGateway } from './wechat/gateway'
import type { Fetch } from './wechat/http'
import { openLate } from './wechat/late'
import { openV2 } from './wechat/v2/gateway'
import { openV3 } from './wechat/v3/gateway'
import { fetchHandedOut, type HandedOut } from './wechat/v3/handed-out'
import { writeReply } from './wechat/v3/reply'

/** The keys of API v3: those of the settings, or those that an emulator hands out, which are fetched when they are needed. */
type FindV3Keys = () => Promise<HandedOut | null>

export type PaymentsOptions = {
  fetch: Fetch
  /** The same with the merchant's certificate. */
  fetchCertified: Fetch
  /** When new payments are opened in API v3, they are here already. */
  v3Keys: HandedOut | FindV3Keys | null
  now: () => number
  newNonce: () => string
  onCall: (call: GatewayCall) => void
}

/** WeChat Pay as the settings want it: both APIs, as far as their keys are there. */
export function openPayments(config: Config, options: PaymentsOptions): Gateway {
  const { fetch, fetchCertified, v3Keys, now, newNonce, onCall } = options
  const { appid, mchId, apiKey, previousApiKey, signType } = config.account
  const notifyUrl = `${config.publicUrl.origin}/api/wechat/notify`
  const common = {
    shopName: zh.brand.name,
    apiBase: apiBaseOf(config),
    fetch,
    now,
    newNonce,
    onCall,
  }
  const v2 =
    apiKey &&
    openV2({
      ...common,
      account: { appid, mchId, apiKey: apiKey.reveal(), previousApiKey: previousApiKey?.reveal() ?? null, signType },
      notifyUrl,
      refundNotifyUrl: `${notifyUrl}/refund`,
      certified: { fetch: fetchCertified, whyOff: () => whyNoRefunds(config, now()) },
    })
  const openWith = ({ publicKey, ...keys }: HandedOut) =>
    openV3({
      ...common,
      account: { appid, mchId, ...keys, publicKeyId: publicKey?.id ?? null },
      publicKey: publicKey?.key ?? null,
      notifyUrl: `${notifyUrl}/v3`,
      v2Keys: [apiKey, previousApiKey].flatMap((it) => it?.reveal() ?? []),
    }).api
  const late = async (find: FindV3Keys) => {
    const keys = await find()
    return keys && openWith(keys)
  }
  const v3 =
    typeof v3Keys === 'function'
      ? openLate(() => late(v3Keys), closedApi('v3', writeReply))
      : v3Keys && openWith(v3Keys)
  return openGateway({ ...(v2 && { v2 }), ...(v3 && { v3 }) }, config.apiVersion)
}

/** The keys of API v3 for a shop. Throws when new payments are to be opened with keys that nobody hands out. */
export async function findV3Keys(config: Config, fetch: Fetch): Promise<PaymentsOptions['v3Keys']> {
  const { v3, apiVersion, account } = config
  if (v3 !== null) return { ...v3, v3Key: v3.v3Key.reveal() }
  if (config.payments === 'wechat') return null
  const find = () => fetchHandedOut(fetch, apiBaseOf(config), account)
  if (apiVersion !== 'v3') return find
  const keys = await find()
  if (keys !== null) return keys
  const reason = `the emulator at ${apiBaseOf(config)} hands out none for this account`
  throw new Error(`WXPAY_V3_KEY, WXPAY_PRIVATE_KEY_FILE and WXPAY_CERT_SERIAL must be set: ${reason}`)
}

/** Base address of WeChat Pay without a slash at its end; the built-in emulator is reached below the shop's own. */
export function apiBaseOf({ apiBase, publicUrl }: Config): string {
  return apiBase?.href.replace(/\/$/, '') ?? `${publicUrl.origin}/emulator`
}

/** Refunds of v2 need the certificate where it can be shown: on plain HTTP the emulator asks for none. */
function whyNoRefunds({ apiBase, certificate }: Config, now: number): RefundsOff | null {
  if (apiBase?.protocol !== 'https:') return null
  if (certificate === null) return 'no_certificate'
  return termOf(certificate, now) === 'expired' ? 'certificate_expired' : null
}
