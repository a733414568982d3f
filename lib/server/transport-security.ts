import type { ServerResponse } from 'node:http'

const YEAR_SECONDS = 365 * 24 * 3600

/**
 * Tells browsers to come back over https only, when that is how the shop is reached. Decided for each start and not for
 * each build: one build may run behind a proxy with TLS, and beside it without one.
 */
export function setTransportSecurity(response: ServerResponse, publicUrl: URL): void {
  if (publicUrl.protocol !== 'https:') return
  response.setHeader('strict-transport-security', `max-age=${YEAR_SECONDS}`)
}
