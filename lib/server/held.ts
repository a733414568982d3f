import type { ServerResponse } from 'node:http'
import { promisify } from 'node:util'
import { gzip } from 'node:zlib'

const packed = promisify(gzip)

/**
 * Keeps an answer back until it is whole, and gives it to `whole` then, with its head not written yet. The returned
 * function waits for that, where the answer has come to its end.
 */
export function hold(response: ServerResponse, whole: (bytes: Buffer) => Promise<void>): () => Promise<void> {
  const { writeHead, write, end, flushHeaders } = response
  const chunks: Buffer[] = []
  let given: Promise<void> = Promise.resolve()
  const take = (chunk: unknown, encoding?: unknown) => {
    if (typeof chunk === 'string') chunks.push(Buffer.from(chunk, encoding === 'latin1' ? 'latin1' : 'utf8'))
    else if (chunk instanceof Uint8Array) chunks.push(Buffer.from(chunk))
  }
  const call = (...args: unknown[]) => args.find((it) => typeof it === 'function')?.()
  Object.assign(response, {
    writeHead(status: number, ...rest: unknown[]) {
      response.statusCode = status
      const headers = rest.find((it) => typeof it === 'object' && it !== null) ?? {}
      for (const [name, value] of Object.entries(headers)) response.setHeader(name, value)
      return response
    },
    write(...args: unknown[]) {
      take(...(args as [unknown]))
      call(...args)
      return true
    },
    end(...args: unknown[]) {
      take(...(args as [unknown]))
      Object.assign(response, { writeHead, write, end, flushHeaders })
      given = whole(Buffer.concat(chunks)).catch(() => void response.destroy())
      call(...args)
      return response
    },
    flushHeaders: () => {},
  })
  return () => given
}

/** Ends a held answer with a text of its own, smaller for who takes it so. */
export async function endPacked(response: ServerResponse, text: Buffer, isPacked: boolean): Promise<void> {
  const bytes = isPacked ? await packed(text) : text
  if (!/accept-encoding/i.test(String(response.getHeader('vary')))) response.appendHeader('vary', 'Accept-Encoding')
  if (isPacked) response.setHeader('content-encoding', 'gzip')
  response.setHeader('content-length', bytes.length)
  response.writeHead(response.statusCode).end(bytes)
}
