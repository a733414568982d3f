import { Pool } from 'undici'

/*
 * The load, in a process of its own: sends calls over so many connections, each the next one as soon as it was answered,
 * and tells how long all of it took.
 */

export type Call = { method: 'GET' | 'POST'; path: string; headers: Record<string, string>; body: string | null }
export type Load = { origin: string; connections: number; calls: Call[] }
export type Answer = { status: number; text: string }
export type Driven = { seconds: number; answers: Answer[] }

async function drive({ origin, connections, calls }: Load): Promise<Driven> {
  const pool = new Pool(origin, { connections, pipelining: 1 })
  const answers: Answer[] = []
  const queue = calls.entries()
  const begin = performance.now()
  const sender = async () => {
    for (const [index, { method, path, headers, body }] of queue) {
      const answer = await pool.request({ method, path, headers, body })
      answers[index] = { status: answer.statusCode, text: await answer.body.text() }
    }
  }
  await Promise.all(Array.from({ length: connections }, sender))
  const seconds = (performance.now() - begin) / 1_000
  await pool.close()
  return { seconds, answers: answers.map(({ status, text }) => ({ status, text: text.slice(0, ANSWER_LENGTH_MAX) })) }
}

/** Of a page the beginning is enough, to see that it is one. */
const ANSWER_LENGTH_MAX = 2_000

process.on('message', (load: Load) => {
  drive(load).then((driven) => process.send?.(driven))
})
