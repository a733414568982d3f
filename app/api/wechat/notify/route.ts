import type { ReceivedRequest } from '@/lib/server/received'
import { receive, refuse } from './receive'

/** Where WeChat Pay tells of payments of API v2. */
export const POST = (request: ReceivedRequest): Promise<Response> => receive(request, () => 'v2')

export { refuse as DELETE, refuse as GET, refuse as HEAD, refuse as OPTIONS, refuse as PATCH, refuse as PUT }
