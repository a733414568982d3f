import type { MessageExplanation, UnverifiedMessage } from '@/lib/shop/gateway'
import { explainNotification } from '@/lib/shop/handle-notification'
import type { Shop } from '@/lib/shop/shop'
import type { Limits } from './rate-limit'

/** Far more than WeChat sends. To explain a longer one can hold up everybody, and anybody can send it. */
const BYTES_MAX = 8 * 1024

/** Takes a message of the log apart for its page, or says why that is not done; it counts like one that is pasted. */
export async function explainStored(
  { shop, limits }: { shop: Shop; limits: Limits },
  adminId: string,
  message: UnverifiedMessage,
): Promise<MessageExplanation | 'tooLong' | 'tooMany'> {
  if (message.body.byteLength > BYTES_MAX) return 'tooLong'
  const taken = await limits.consume([{ limit: 'explanations', key: adminId }])
  return taken.isAllowed ? explainNotification(shop, message) : 'tooMany'
}
