/** @jsxImportSource hono/jsx */

import type { View } from '../page'
import { type Finding, writeValue } from '../v2/invocation'
import { WORDS } from '../words'
import { Bar, Facts, Leave, Phone, Sign } from './screens'

type Received = {
  view: View
  now: number
  received: Record<string, unknown>
  findings: Finding[]
  /** What the second signature should have been made of, the key masked. */
  text: string
}

/** What the phone received, and which field keeps the cashier closed. */
export function ReceivedScreen({ view, now, received, findings, text }: Received) {
  const words = WORDS[view.locale]
  return (
    <Phone view={view} now={now} title={words.received}>
      <Bar title={words.wallet} backHref={`${view.base}/phone`} back={words.back} />
      <main class="result">
        <Sign kind="bad" />
        <h2>{words.received}</h2>
        <p class="hint">{words.receivedText}</p>
        <Facts rows={findings.map(({ field, reason }) => [field, words.reasons[reason]])} />
        <h3>{words.receivedFields}</h3>
        <Facts rows={Object.entries(received).map(([name, value]) => [name, writeValue(value)])} />
        <h3>{words.signedText}</h3>
        <p class="signed">{text}</p>
        <Leave view={view} returnUrl={null} />
      </main>
    </Phone>
  )
}
