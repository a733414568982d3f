import { createHash } from 'node:crypto'
import { readdirSync, readFileSync } from 'node:fs'
import type { IncomingMessage, ServerResponse } from 'node:http'
import { extname, join } from 'node:path'
import { promisify } from 'node:util'
import { brotliCompress, constants, gzip } from 'node:zlib'

type Coding = 'br' | 'gzip'
type File = {
  bytes: Buffer
  type: string
  etag: string
  cacheControl: string
  isPackable: boolean
  /** The same, smaller; made when it is first asked for. */
  packed: Map<Coding, Promise<Buffer>>
}

export type Files = {
  /** What answering costs, in pieces of 64 KB; null when there is no such file. */
  weigh: (path: string, request: Pick<IncomingMessage, 'headers'>) => number | null
  answer: (path: string, request: IncomingMessage, response: ServerResponse) => Promise<void>
}

const TYPES: Record<string, string> = {
  '.css': 'text/css; charset=utf-8',
  '.html': 'text/html; charset=utf-8',
  '.ico': 'image/x-icon',
  '.jpg': 'image/jpeg',
  '.js': 'text/javascript; charset=utf-8',
  '.json': 'application/json; charset=utf-8',
  '.map': 'application/json; charset=utf-8',
  '.png': 'image/png',
  '.svg': 'image/svg+xml',
  '.txt': 'text/plain; charset=utf-8',
  '.webp': 'image/webp',
  '.woff2': 'font/woff2',
}
/** Pictures and fonts are packed already. */
const PACKED_ALREADY = new Set(['.ico', '.jpg', '.png', '.webp', '.woff2'])
const PIECE_BYTES = 64 * 1024
/** Below this a smaller answer is not sent any sooner. */
const PACK_BYTES_MIN = 1_024

const HOUR = 'public, max-age=3600'
/** Their names change with what is in them. */
const FOR_EVER = 'public, max-age=31536000, immutable'

/** What a browser may do with a file that is opened by itself: an SVG brings its own style, and nothing else. */
const HEADERS = {
  'x-content-type-options': 'nosniff',
  'cross-origin-resource-policy': 'same-origin',
  'content-security-policy': "default-src 'none'; style-src 'unsafe-inline'; frame-ancestors 'none'",
}

const brotli = promisify(brotliCompress)
const gzipped = promisify(gzip)
/** Nearly as small as it gets, in a tenth of the time. */
const BROTLI = { params: { [constants.BROTLI_PARAM_QUALITY]: 6 } }

const VIEWER = 'node_modules/swagger-ui-dist'
/** What the viewer is told; a script of its own, since a page here may have none inside. */
const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, supportedSubmitMethods: [] })\n`

/**
 * Every file that the shop gives out, read once and kept: a thousand who ask for the same file share the same bytes. They
 * are `public`, what was built for browsers, and the viewer of the API's contract.
 */
export function openFiles({ isBuilt }: { isBuilt: boolean }): Files {
  const files = new Map<string, File>([
    ...folder('public', '', HOUR),
    ...(isBuilt ? folder('.next/static', '/_next/static', FOR_EVER) : []),
    ...['swagger-ui.css', 'swagger-ui-bundle.js'].map((name): [string, File] => [
      `/api/docs/${name}`,
      read(join(VIEWER, name), HOUR),
    ]),
    ['/api/docs/start.js', fileOf(Buffer.from(START), '.js', HOUR)],
  ])
  return {
    weigh(path, { headers }) {
      const file = files.get(path)
      if (file === undefined) return null
      if (isKnown(file.etag, headers['if-none-match'])) return 1
      // What is packed is about a third; how much exactly is known when it was packed once.
      const share = file.isPackable && codingFor(headers['accept-encoding']) !== null ? 1 / 3 : 1
      return Math.ceil((file.bytes.length * share) / PIECE_BYTES)
    },
    async answer(path, request, response) {
      const file = files.get(path)
      if (file === undefined) throw new Error(`no such file: ${path}`)
      await give(file, request, response)
    },
  }
}

function folder(path: string, prefix: string, cacheControl: string): [string, File][] {
  const entries = readdirSync(path, { recursive: true, withFileTypes: true }).filter((it) => it.isFile())
  return entries.map((entry) => {
    const name = join(entry.parentPath, entry.name)
    const address = name.slice(path.length).replaceAll('\\', '/')
    return [prefix + address.split('/').map(encodeURIComponent).join('/'), read(name, cacheControl)]
  })
}

function read(name: string, cacheControl: string): File {
  return fileOf(readFileSync(name), extname(name), cacheControl)
}

function fileOf(bytes: Buffer, ending: string, cacheControl: string): File {
  return {
    bytes,
    type: TYPES[ending] ?? 'application/octet-stream',
    // A weak one, since packed and unpacked are the same to whoever keeps them.
    etag: `W/"${createHash('sha256').update(bytes).digest('base64url').slice(0, 22)}"`,
    cacheControl,
    isPackable: bytes.length >= PACK_BYTES_MIN && !PACKED_ALREADY.has(ending),
    packed: new Map(),
  }
}

async function give(file: File, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const { etag, cacheControl, type, isPackable } = file
  const headers = { ...HEADERS, etag, 'cache-control': cacheControl, ...(isPackable && { vary: 'accept-encoding' }) }
  if (request.method !== 'GET' && request.method !== 'HEAD') {
    return void response.writeHead(405, { ...HEADERS, allow: 'GET, HEAD', 'content-length': 0 }).end()
  }
  if (isKnown(etag, request.headers['if-none-match'])) return void response.writeHead(304, headers).end()

  const coding = isPackable ? codingFor(request.headers['accept-encoding']) : null
  const bytes = coding === null ? file.bytes : await packed(file, coding)
  response.writeHead(200, {
    ...headers,
    'content-type': type,
    'content-length': bytes.length,
    ...(coding !== null && { 'content-encoding': coding }),
  })
  response.end(request.method === 'HEAD' ? undefined : bytes)
}

function isKnown(etag: string, asked = ''): boolean {
  return asked === '*' || asked.split(',').some((it) => it.trim() === etag)
}

/** No browser names more than a few codings; to read a header that is full of them would take milliseconds. */
const ACCEPTED_LENGTH_MAX = 256

/** The smallest coding that the client takes: what it names without refusing it by `q=0`. */
function codingFor(accepted = ''): Coding | null {
  return takesCoding(accepted, 'br') ? 'br' : takesCoding(accepted, 'gzip') ? 'gzip' : null
}

export function takesCoding(accepted: string, coding: Coding): boolean {
  const named = accepted
    .slice(0, ACCEPTED_LENGTH_MAX)
    .split(',')
    .map((it) => it.trim().toLowerCase())
  return named.some((it) => it === coding || new RegExp(`^${coding} *; *q=(0?\\.\\d*[1-9]|1)`).test(it))
}

function packed(file: File, coding: Coding): Promise<Buffer> {
  const known = file.packed.get(coding)
  if (known !== undefined) return known
  const made = coding === 'br' ? brotli(file.bytes, BROTLI) : gzipped(file.bytes)
  file.packed.set(coding, made)
  return made
}
