import type { z } from 'zod'

/**
 * Only JSON is accepted: no form can send that type, and no script of another site without asking first. An empty body
 * stands for `{}`.
 */
export function withBody<T>(
  request: Request,
  bytes: Uint8Array,
  schema: z.ZodType<T>,
  answer: (body: T) => Response | Promise<Response>,
): Response | Promise<Response> {
  const type = request.headers.get('content-type')?.split(';')[0]?.trim().toLowerCase()
  if (type !== 'application/json') return problem(415, 'not_json', 'The content type must be application/json')
  let data: unknown
  try {
    data = bytes.byteLength === 0 ? {} : JSON.parse(new TextDecoder('utf-8', { fatal: true }).decode(bytes))
  } catch {
    return problem(400, 'not_json', 'The body is not JSON')
  }
  const parsed = schema.safeParse(data)
  if (parsed.success) return answer(parsed.data)
  const [issue] = parsed.error.issues
  const where = issue === undefined || issue.path.length === 0 ? '' : `${issue.path.join('.')}: `
  return problem(400, 'invalid_body', `${where}${issue?.message ?? 'not in the form that is expected here'}`)
}

export function problem(status: number, error: string, message: string): Response {
  return Response.json({ error, message }, { status })
}
