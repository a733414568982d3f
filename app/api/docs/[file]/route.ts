import { readFile } from 'node:fs/promises'
import { join } from 'node:path'

const START = `SwaggerUIBundle({ url: '/api/openapi.json', dom_id: '#docs', deepLinking: true, supportedSubmitMethods: [] })\n`

/** The only files of the viewer that are given out. */
const TYPES = new Map([
  ['swagger-ui.css', 'text/css; charset=utf-8'],
  ['swagger-ui-bundle.js', 'text/javascript; charset=utf-8'],
  ['start.js', 'text/javascript; charset=utf-8'],
])

/** What the page of the contract loads, straight from the installed viewer. */
export async function GET(_: Request, { params }: { params: Promise<{ file: string }> }): Promise<Response> {
  const { file } = await params
  const type = TYPES.get(file)
  if (type === undefined) return new Response('Not found', { status: 404 })
  const body = file === 'start.js' ? START : await readFile(join(process.cwd(), 'node_modules/swagger-ui-dist', file))
  return new Response(body, { headers: { 'content-type': type, 'cache-control': 'public, max-age=3600' } })
}
