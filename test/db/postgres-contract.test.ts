import { afterAll, beforeAll } from 'vitest'
import { openDatabase } from '@/db/open'
import { type Server, startServer } from './postgres'
import { storeContract } from './store-contract'

let server: Server
beforeAll(async () => {
  server = await startServer()
}, 60_000)
afterAll(() => server.stop(), 60_000)

storeContract(async (goods, logLimits) => {
  const url = await server.newDatabase()
  return openDatabase(url, { goods, ...(logLimits && { logLimits }) })
})
