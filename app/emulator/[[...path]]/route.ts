import { getRuntime } from '@/lib/runtime'
import { remoteAddress } from '@/lib/web/origin'

/** WeChat's side, played in this process. With the real WeChat Pay there is nothing here. */
async function handle(request: Request): Promise<Response> {
  const { emulator, config } = await getRuntime()
  if (emulator === null) return new Response('Not found', { status: 404 })
  const answer = emulator.fetch(request, { remoteAddress: remoteAddress(request, config.trustedProxies) })
  return answer.catch((error) => brokenOff(error))
}

/** An answer that ends before it begins: Next.js breaks off the connection, as a fault of the emulator wants it. */
function brokenOff(error: unknown): Response {
  return new Response(new ReadableStream({ start: (body) => body.error(error) }))
}

export { handle as DELETE, handle as GET, handle as PATCH, handle as POST, handle as PUT }
