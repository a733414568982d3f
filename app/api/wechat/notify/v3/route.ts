import type { ReceivedRequest } from '@/lib/server/received'
import { receive, refuse } from '../receive'

/**
 * Where WeChat Pay tells of payments and refunds of API v3. A notice of a refund that named no `notify_url` goes to the
 * address of the merchant console, in the form of v2, which is XML (API v3, refunds): it is handled as what it is.
 */
export const POST = (request: ReceivedRequest): Promise<Response> =>
  receive(request, (body) => (isXml(body) ? 'v2' : 'v3'))

function isXml(body: Uint8Array): boolean {
  return /^\ufeff?\s*</.test(Buffer.from(body.subarray(0, 64)).toString('utf8'))
}

export { refuse as DELETE, refuse as GET, refuse as HEAD, refuse as OPTIONS, refuse as PATCH, refuse as PUT }
