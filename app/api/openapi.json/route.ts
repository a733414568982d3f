import { getConfig } from '@/lib/runtime'
import { openApiDocument } from '../contract/openapi'

/** The contract of the JSON routes. */
export async function GET(): Promise<Response> {
  return Response.json(openApiDocument((await getConfig()).publicUrl.origin))
}
