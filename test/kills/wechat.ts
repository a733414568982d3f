import { createEmulator } from '@/lib/emulator/emulator'
import { serveEmulator } from '@/lib/emulator/server'

/*
 * WeChat Pay without the lines that it prints for people: the same emulator in a process whose clock can be pushed ahead as
 * the shop's can. What is signed in API v3 carries the time, and both have to live in the same.
 */

let aheadMs = Number(process.env.AHEAD_MS ?? 0)
const emulator = createEmulator({
  databaseUrl: String(process.env.EMULATOR_DATABASE_URL),
  now: () => Date.now() + aheadMs,
  log: (event, error) => console.error(event, error),
})

const server = await serveEmulator(
  {
    ...emulator,
    fetch: async (request, info) => {
      const { pathname } = new URL(request.url)
      if (pathname === '/clock') aheadMs = Number(await request.text())
      else if (pathname === '/due') await emulator.runDue()
      else return emulator.fetch(request, info)
      return new Response()
    },
  },
  { port: Number(process.env.EMULATOR_PORT) },
)
emulator.start()
process.once('SIGTERM', async () => {
  await Promise.all([server.stop(), emulator.stop()])
  emulator.close()
  process.exit(0)
})
console.log(server.url)
