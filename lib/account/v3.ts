import type { KeyObject } from 'node:crypto'
import { type Client, call } from '@/lib/wechat/v3/call'
import { downloadCertificates } from '@/lib/wechat/v3/certificates'
import type { FoundKey } from '@/lib/wechat/v3/keys'
import { doubtful, type Finding, right, untold, wrong } from './finding'

type Unkeyed = Omit<Client, 'keys' | 'onCall'>

const OWN_KEY = 'WXPAY_CERT_SERIAL, WXPAY_PRIVATE_KEY_FILE'
const QUERY_PATH = '/v3/pay/transactions/out-trade-no/{out_trade_no}'

/**
 * Queries a number that cannot exist in API v3, and downloads the platform certificates, which open with the right API v3
 * key alone. Failures are not signed and mix up merchant, serial and key: WeChat says no more.
 *
 * @param signedBy the serial that the newest answer named
 */
export async function examineV3(
  unkeyed: Unkeyed,
  { publicKey, signedBy }: { publicKey: KeyObject | null; signedBy: () => string | null },
  number: string,
  msMax: number,
): Promise<Finding[]> {
  const asked = await examineQuery(unkeyed, number, msMax)
  if (asked.subject !== 'v3 merchant key' || asked.state !== 'right') return [asked]
  return [right('connection', 'WeChat Pay answers'), asked, ...(await examineKeys(unkeyed, publicKey, signedBy))]
}

async function examineQuery(unkeyed: Unkeyed, number: string, msMax: number): Promise<Finding> {
  const { mchId } = unkeyed.account
  const target = `/v3/pay/transactions/out-trade-no/${number}?mchid=${encodeURIComponent(mchId)}`
  const noKey: FoundKey = { ok: false, reason: 'unknown_serial' }
  const client = { ...unkeyed, keys: { get: async () => noKey }, onCall: () => {} }
  const answer = await call(client, { path: QUERY_PATH, target, body: null }, msMax)
  const { fields, problem } = answer.evidence
  if (answer.type !== 'failure') return noAnswer(problem)
  const said = `${answer.errCode} ${String(fields.message ?? '')}`
  if (/^(ORDER_NOT_EXIST|RESOURCE_NOT_EXISTS)\b/.test(said)) {
    return right('v3 merchant key', `merchant ${mchId}, ${OWN_KEY}`)
  }
  if (/timestamp|时间/.test(said))
    return wrong('clock', "WeChat Pay refuses this machine's time, more than five minutes off")
  if (/^(MCH_NOT_EXISTS|NO_AUTH)\b/.test(said)) return wrong('merchant', `WXPAY_MCHID ${mchId}: ${said}`)
  if (answer.errCode === 'SIGN_ERROR') {
    const text = `${OWN_KEY} and WXPAY_MCHID ${mchId} do not belong together at WeChat Pay: take the serial from the console`
    return wrong('v3 merchant key', text)
  }
  return doubtful('v3 merchant key', `WeChat Pay answered ${said.slice(0, 100)}`)
}

function noAnswer(problem: string | null): Finding {
  if (problem === 'no_connection') return wrong('connection', 'WeChat Pay cannot be reached: name, route or firewall')
  return doubtful('connection', `no answer of WeChat Pay's API v3 (${problem ?? 'unknown'})`)
}

async function examineKeys(
  unkeyed: Unkeyed,
  publicKey: KeyObject | null,
  signedBy: () => string | null,
): Promise<Finding[]> {
  const { publicKeyId } = unkeyed.account
  let outcome = ''
  const onCall = (it: { outcome: string }) => {
    outcome = it.outcome
  }
  const held = (serial: string): FoundKey =>
    publicKey !== null && serial === publicKeyId
      ? { ok: true, key: publicKey }
      : { ok: false, reason: 'unknown_serial' }
  await downloadCertificates({ ...unkeyed, onCall }, held)
  const isNamed = publicKeyId === null || signedBy() === publicKeyId
  switch (outcome) {
    case 'SUCCESS':
      return [right('v3 key', 'WXPAY_V3_KEY opens the platform certificates'), keyFinding(publicKeyId, isNamed)]
    case 'undecryptable':
      return [V3_KEY_WRONG, keyFinding(publicKeyId, isNamed)]
    // Signed by a certificate that came sealed and was not opened, or by a public key that is not named here.
    case 'serial':
      return [V3_KEY_WRONG]
    case 'bad_signature':
      return [wrong("WeChat Pay's key", `WXPAY_PUBLIC_KEY_FILE is not the key ${publicKeyId ?? ''} of WeChat Pay`)]
    case 'RESOURCE_NOT_EXISTS':
      return [
        untold('v3 key', 'this merchant has no platform certificates, which alone would tell'),
        publicKeyId === null
          ? wrong(
              "WeChat Pay's key",
              'there are no platform certificates: set WXPAY_PUBLIC_KEY_ID and WXPAY_PUBLIC_KEY_FILE',
            )
          : untold("WeChat Pay's key", 'WeChat Pay signs no failure, and has nothing to say but failures'),
      ]
    default:
      return [doubtful('v3 key', `the platform certificates did not come (${outcome})`)]
  }
}

const V3_KEY_WRONG = wrong(
  'v3 key',
  'WXPAY_V3_KEY does not open what WeChat Pay seals: set it anew in the merchant console',
)

function keyFinding(publicKeyId: string | null, isNamed: boolean): Finding {
  if (publicKeyId === null) return right("WeChat Pay's key", 'platform certificates, downloaded when they are needed')
  if (isNamed) return right("WeChat Pay's key", publicKeyId)
  return wrong("WeChat Pay's key", `WXPAY_PUBLIC_KEY_ID ${publicKeyId} is none of WeChat Pay's for this merchant`)
}
