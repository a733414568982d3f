import { unreachableBecause } from '@/lib/config'
import { withDeadline } from '@/lib/net/deadline'
import { type Fetch, readAnswer } from '@/lib/wechat/http'
import { doubtful, type Finding, right, untold, wrong } from './finding'

export type Arrival = {
  notifyUrl: URL
  /** How a stranger calls the shop: no redirects followed, certificates verified. */
  fetch: Fetch
  /** A mark that nobody else has. */
  mark: string
  /** Whether the shop has received something with the mark; null where its store cannot be read. */
  wasReceived: ((mark: string) => Promise<boolean>) | null
  /** Whether the emulator is this shop's WeChat, which reaches it on this machine. */
  isLocal: boolean
}

/**
 * Whether WeChat's notifications can come in: what the address itself tells, and whether a probe that is sent to it stands
 * in the log of this shop, which is the only proof that nobody else answers there. The shop refuses it as malformed.
 */
export async function examineNotifyUrl(arrival: Arrival, msMax: number): Promise<Finding[]> {
  const { notifyUrl, isLocal } = arrival
  const ofAddress = isLocal ? [] : unreachableBecause(notifyUrl).map((it) => wrong('notify URL', `PUBLIC_URL ${it}`))
  if (notifyUrl.search !== '') ofAddress.push(wrong('notify URL', 'WeChat takes none with a query string'))
  return [...ofAddress, await probe(arrival, msMax)]
}

type Answer = { status: number; location: string | null } | { error: string }

async function probe({ notifyUrl, fetch, mark, wasReceived }: Arrival, msMax: number): Promise<Finding> {
  if (wasReceived === null)
    return untold('notify URL', "the shop's database cannot be read, so a probe would prove nothing")
  const body = `<probe>npm run doctor asks whether ${mark} arrives</probe>`
  const answer = await withDeadline<Answer>(msMax, { error: 'no answer in time' }, async (signal) => {
    const headers = { 'content-type': 'text/xml; charset=utf-8' }
    const request = new Request(notifyUrl, { method: 'POST', headers, body, redirect: 'manual', signal })
    try {
      const { status, headers: said, body: rest } = await fetch(request)
      await readAnswer(rest)
      return { status, location: said.get('location') }
    } catch (error) {
      return { error: reasonOf(error) }
    }
  })
  // What came in counts, whatever came back: somebody on the way may answer in the shop's place.
  if (await wasReceived(mark)) return right('notify URL', `what is sent to ${notifyUrl.href} arrives here`)
  return wrongAnswer(notifyUrl, answer)
}

function wrongAnswer({ href }: URL, answer: Answer): Finding {
  if ('error' in answer) {
    const isTrust = /CERT|certificate|self.signed|ALTNAME/i.test(answer.error)
    if (isTrust) return wrong('notify URL', `${href} has a certificate that WeChat does not trust (${answer.error})`)
    const text = `${href} cannot be reached from this machine (${answer.error}): look from outside, and whether the shop runs`
    return doubtful('notify URL', text)
  }
  const { status, location } = answer
  if (status >= 300 && status < 400) {
    return wrong('notify URL', `${href} redirects to ${location ?? 'another address'}, and WeChat follows no redirects`)
  }
  if (status === 401 || status === 403) {
    return wrong('notify URL', `${href} answers ${status}: a login or a firewall stands before the shop`)
  }
  return wrong('notify URL', `${href} answers ${status}, and nothing arrives here: another server or shop is behind it`)
}

function reasonOf(error: unknown): string {
  if (!(error instanceof Error)) return 'no connection'
  return 'code' in error ? String(error.code) : error.message
}
