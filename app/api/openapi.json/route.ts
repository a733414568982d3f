import { json } from '@/lib/web/problem'
import { openApiDocument } from '../contract/openapi'
import { route } from '../route-handler'

/** The contract of the JSON routes. */
export const GET = route(async ({ runtime }) => json(openApiDocument(runtime.config.publicUrl.origin)))
