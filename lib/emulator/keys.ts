import { createPrivateKey, type KeyObject, X509Certificate } from 'node:crypto'
import type { Random } from './chance'
import type { Clock } from './clock'
import type { MerchantKeysRecord, PlatformCertificateRecord } from './ledger/key-schema'
import type { Ledger } from './ledger/ledger'
import type { KeyMaker } from './public'

/** A new certificate can be downloaded this long before it signs: merchants refresh theirs within twelve hours. */
const ANNOUNCED_MS = 24 * 60 * 60_000

/** A key of WeChat Pay's that signs, and the name by which merchants find the one that verifies. */
export type Signer = { serial: string; key: KeyObject }

/** One merchant number's keys, ready for use. */
export type MerchantKeys = {
  record: MerchantKeysRecord
  /** What calls of this merchant are verified with. */
  merchantKey: KeyObject
  publicKey: Signer
  /** WeChat's halves of encrypted fields are opened with these too. */
  platform: (Signer & { certificate: X509Certificate; pem: string; signsFrom: number })[]
}

export type Keys = ReturnType<typeof createKeys>

type Parts = {
  ledger: Ledger
  clock: Clock
  random: Random
  make: () => Promise<KeyMaker>
}

/**
 * The keys of API v3 of each merchant: made when they are first needed, kept in the ledger, and the same for ever. RSA
 * keys take so long to make that everything else goes on meanwhile.
 */
export function createKeys({ ledger, clock, random, make }: Parts) {
  const parsed = new Map<string, MerchantKeys>()
  const making = new Map<string, Promise<MerchantKeys>>()

  const find = (mchId: string): MerchantKeys | null => {
    const known = parsed.get(mchId)
    if (known !== undefined) return known
    const record = ledger.findMerchantKeys(mchId)
    if (record === null) return null
    const keys = parse(record, ledger.listPlatformCertificates(mchId))
    parsed.set(mchId, keys)
    return keys
  }

  async function makeAll(mchId: string): Promise<MerchantKeys> {
    const { v3Key, merchant, p12, wechat, platform } = await (await make()).merchantKeys(mchId, clock.merchantNow())
    ledger.atomically(() => {
      const isNew = ledger.insertMerchantKeys({
        mchId,
        v3Key,
        ...merchant,
        p12,
        publicKeyId: wechat.publicKeyId,
        publicKey: wechat.publicKey,
        publicKeyPrivate: wechat.privateKey,
      })
      if (isNew) ledger.insertPlatformCertificate({ mchId, ...platform, signsFrom: 0 })
    })
    return get(mchId)
  }

  /** The keys of a merchant who has called already: those that call have them. */
  const get = (mchId: string): MerchantKeys => {
    const keys = find(mchId)
    if (keys === null) throw new Error(`merchant ${mchId} has no keys yet`)
    return keys
  }

  /** The platform certificate that signs now: the newest whose time has come. */
  const platformSigner = (mchId: string): Signer => {
    const { platform } = get(mchId)
    const signer = platform.findLast((it) => it.signsFrom <= clock.now()) ?? platform[0]
    if (signer === undefined) throw new Error('a merchant without platform certificate')
    return signer
  }

  return {
    find,
    get,
    platformSigner,

    /** Makes the keys of a merchant unless there are some. */
    ensure: async (mchId: string): Promise<MerchantKeys> => {
      const known = find(mchId) ?? making.get(mchId)
      if (known !== undefined) return known
      const made = makeAll(mchId).finally(() => making.delete(mchId))
      making.set(mchId, made)
      return made
    },

    /** A further platform certificate, valid beside the others and used from tomorrow on; gives its serial. */
    addPlatformCertificate: async (mchId: string): Promise<string> => {
      const pair = await (await make()).platformCertificate(clock.merchantNow())
      ledger.insertPlatformCertificate({ mchId, ...pair, signsFrom: clock.now() + ANNOUNCED_MS })
      parsed.delete(mchId)
      return pair.serial
    },

    /** Remembers what kind of key a merchant's latest call asked its answer to be signed with. */
    noteAsked: (mchId: string, asksForPublicKey: boolean): void => {
      const settings = ledger.findKeySettings(mchId)
      if (settings.asksForPublicKey !== asksForPublicKey) ledger.putKeySettings({ ...settings, asksForPublicKey })
    },

    /** Who signs an answer: the pair that the call named, or else the platform certificate if there is one. */
    answerSigner: (mchId: string, isPublicKeyNamed: boolean): Signer => {
      const keys = get(mchId)
      const { hasCertificates } = ledger.findKeySettings(mchId)
      return isPublicKeyNamed || !hasCertificates ? keys.publicKey : platformSigner(mchId)
    },

    /** Who signs one attempt to deliver a notification. During a switch that is a matter of chance. */
    notificationSigner: (mchId: string): Signer => {
      const keys = get(mchId)
      const { publicKeyPercent, asksForPublicKey, hasCertificates } = ledger.findKeySettings(mchId)
      const percent = publicKeyPercent ?? (asksForPublicKey ? 100 : 0)
      if (!hasCertificates || percent === 100) return keys.publicKey
      return percent > 0 && percentOf(random) < percent ? keys.publicKey : platformSigner(mchId)
    },
  }
}

/** A number from 0 to less than 100. */
function percentOf(random: Random): number {
  const [high = 0, low = 0] = random(2)
  return ((high * 256 + low) / 65_536) * 100
}

function parse(record: MerchantKeysRecord, platform: PlatformCertificateRecord[]): MerchantKeys {
  return {
    record,
    merchantKey: new X509Certificate(record.certificate).publicKey,
    publicKey: { serial: record.publicKeyId, key: createPrivateKey(record.publicKeyPrivate) },
    platform: platform.map(({ serial, privateKey, certificate: pem, signsFrom }) => ({
      serial,
      key: createPrivateKey(privateKey),
      certificate: new X509Certificate(pem),
      pem,
      signsFrom,
    })),
  }
}
