/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import { type Finding, writeValue } from '../invocation'
import { Bar, Facts, Leave, Phone, type Screen, Scroll, Sign } from './screen'

type ReceivedProps = {
  screen: Screen
  received: Record<string, unknown>
  findings: Finding[]
  /** What the second signature should have been made of, the key masked. */
  text: string
}

/** What the phone received, and which field keeps the cashier closed. */
export function ReceivedScreen({ screen, received, findings, text }: ReceivedProps) {
  const { view, words } = screen
  return (
    <Phone screen={screen} title={words.received}>
      <Bar title={words.wallet} backHref={`${view.base}/phone`} back={words.back} />
      <main class="result" aria-label={words.received}>
        <Scroll label={words.received}>
          <Sign kind="bad" />
          <h2>{words.received}</h2>
          <p class="hint">{words.receivedText}</p>
          <Facts rows={findings.map(({ field, reason }) => [visibleText(field), words.reasons[reason]])} />
          <h3>{words.receivedFields}</h3>
          <ReceivedFields received={received} />
          <h3>{words.signedText}</h3>
          <p class="signed">{visibleText(text)}</p>
        </Scroll>
        <div class="foot">
          <Leave screen={screen} />
        </div>
      </main>
    </Phone>
  )
}

export function ReceivedFields({ received }: { received: Record<string, unknown> }) {
  return <Facts rows={Object.entries(received).map(([name, value]) => [visibleText(name), shown(value)])} />
}

function shown(value: unknown): string {
  return visibleText(writeValue(value))
}
