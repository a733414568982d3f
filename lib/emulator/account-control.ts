import type { Hono } from 'hono'
import { z } from 'zod'
import type { MerchantAccount } from './accounts'
import { problem, withBody } from './control-body'
import type { AccountKeys } from './public'
import type { Env } from './show-page'
import { signedHeaders } from './v3/encode'
import type { WeChat } from './wechat'

const DAY_SECONDS = 24 * 60 * 60
const mchId = z.string().min(1).max(32).optional()

const settingsBody = z
  .strictObject({
    mch_id: mchId,
    /** Null: as the merchant's latest call asked for. */
    public_key_percent: z.number().min(0).max(100).nullable().optional(),
    has_platform_certificates: z.boolean().optional(),
  })
  .refine((it) => it.public_key_percent !== undefined || it.has_platform_certificates !== undefined, {
    error: 'either public_key_percent or has_platform_certificates must be given',
  })
/** A body that a program wrote itself, signed now or so many seconds ago. */
const signBody = z.strictObject({
  mch_id: mchId,
  body: z.string(),
  age_seconds: z.int().min(0).max(DAY_SECONDS).optional(),
})
const rotationBody = z.strictObject({ mch_id: mchId })

/** What programs see and change of accounts: all that a client needs, and which key signs. */
export function addAccountControls(app: Hono<Env>, wechat: WeChat): void {
  const { accounts, keys, ledger } = wechat
  const findMerchant = (named: string | undefined) =>
    accounts.find((it) => named === undefined || it.mchId === named)?.mchId

  /** Keys are made at the first question, if not before. */
  app.get('/accounts', async (c) => c.json({ accounts: await listAccounts(wechat) }))

  /** Which share of the notifications the public key verifies, and whether there are platform certificates at all. */
  app.put('/accounts', (c) =>
    withBody(c.req.raw, c.var.bytes, settingsBody, async (body) => {
      const merchant = findMerchant(body.mch_id)
      if (merchant === undefined) return unknownMerchant()
      const { public_key_percent: percent, has_platform_certificates: has } = body
      ledger.putKeySettings({
        ...ledger.findKeySettings(merchant),
        ...(percent !== undefined && { publicKeyPercent: percent }),
        ...(has !== undefined && { hasCertificates: has }),
      })
      return Response.json({ accounts: await listAccounts(wechat) })
    }),
  )

  /** A new platform certificate beside the old one: both can be downloaded, and the new one signs from tomorrow on. */
  app.post('/platform-certificate', (c) =>
    withBody(c.req.raw, c.var.bytes, rotationBody, async ({ mch_id: named }) => {
      const merchant = findMerchant(named)
      if (merchant === undefined) return unknownMerchant()
      await keys.ensure(merchant)
      const serial = await keys.addPlatformCertificate(merchant)
      return Response.json({ serial, platform_certificates: toCertificates(wechat, merchant) })
    }),
  )

  /** The headers with which a body would leave as a notification: how a program makes its own to try a receiver with. */
  app.post('/sign', (c) =>
    withBody(c.req.raw, c.var.bytes, signBody, async ({ mch_id: named, body, age_seconds: isOldBySeconds = 0 }) => {
      const merchant = findMerchant(named)
      if (merchant === undefined) return unknownMerchant()
      await keys.ensure(merchant)
      const headers = signedHeaders(body, wechat, { signer: keys.notificationSigner(merchant), isOldBySeconds })
      return Response.json({ headers: Object.fromEntries(headers) })
    }),
  )
}

function unknownMerchant(): Response {
  return problem(404, 'unknown_merchant', 'No such merchant exists here')
}

/** All that clients need, keys made where there are none yet. */
export function listAccounts(wechat: WeChat): Promise<AccountKeys[]> {
  return Promise.all(wechat.accounts.map((account) => toAccount(wechat, account)))
}

/** `platform_serial` and `platform_certificate` are those that sign now; `platform_certificates` are all. */
async function toAccount(wechat: WeChat, { appid, mchId, apiKey }: MerchantAccount): Promise<AccountKeys> {
  const { keys, ledger } = wechat
  const { record } = await keys.ensure(mchId)
  const { publicKeyPercent, hasCertificates } = ledger.findKeySettings(mchId)
  const certificates = toCertificates(wechat, mchId)
  const signing = certificates.find((it) => it.serial === keys.platformSigner(mchId).serial)
  return {
    appid,
    mch_id: mchId,
    api_key: apiKey,
    v3_key: record.v3Key,
    serial: record.serial,
    private_key: record.privateKey,
    certificate: record.certificate,
    p12_base64: record.p12,
    public_key_id: record.publicKeyId,
    public_key: record.publicKey,
    platform_serial: signing?.serial,
    platform_certificate: signing?.certificate,
    platform_certificates: certificates,
    public_key_percent: publicKeyPercent,
    has_platform_certificates: hasCertificates,
  }
}

function toCertificates({ keys }: WeChat, mchId: string) {
  return keys.get(mchId).platform.map(({ serial, pem, signsFrom }) => ({
    serial,
    certificate: pem,
    signs_from: signsFrom,
  }))
}
