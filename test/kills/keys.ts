import { writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { z } from 'zod'

/** The keys of API v3 as a merchant has them: in files and settings, so that a shop starts whether WeChat is there or not. */
export async function takeKeys(weChatUrl: string, folder: string): Promise<Record<string, string>> {
  const { accounts } = handedOut.parse(await (await fetch(`${weChatUrl}/_control/accounts`)).json())
  const [{ v3_key, serial, private_key, public_key_id, public_key }] = accounts
  const files = { merchant: join(folder, 'merchant.pem'), weChat: join(folder, 'wechat.pem') }
  writeFileSync(files.merchant, private_key)
  writeFileSync(files.weChat, public_key)
  return {
    WXPAY_V3_KEY: v3_key,
    WXPAY_CERT_SERIAL: serial,
    WXPAY_PRIVATE_KEY_FILE: files.merchant,
    WXPAY_PUBLIC_KEY_ID: public_key_id,
    WXPAY_PUBLIC_KEY_FILE: files.weChat,
  }
}

const text = z.string()
const handedOut = z.object({
  accounts: z.tuple([
    z.object({ v3_key: text, serial: text, private_key: text, public_key_id: text, public_key: text }),
  ]),
})
