import { remoteAddress } from '@/lib/http'
import { getRuntime } from '@/lib/runtime'

/** WeChat's side, played in this process. With the real WeChat Pay there is nothing here. */
async function handle(request: Request): Promise<Response> {
  const { emulator, config } = await getRuntime()
  if (emulator === null) return new Response('Not found', { status: 404 })
  return emulator.fetch(request, { remoteAddress: remoteAddress(request, config.trustedProxies) })
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT }
