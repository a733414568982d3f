/** @jsxImportSource hono/jsx */
import { visibleText } from '@/lib/net/visible-text'
import {
  BILL_FAULTS,
  CALL_FAULTS,
  DELIVERY_FAULTS,
  FAULTS_WITH_UNIT,
  type FaultName,
  REFUND_FAULTS,
} from '../fault-names'
import { EVERY_ORDER } from '../ledger/faults'
import type { Fault } from '../ledger/schema'
import { Empty, Frame, Head, type InspectorContext, Live } from './frame'
import type { InspectorWords } from './words'

/** What is to go wrong, and the form that lets more go wrong. */
export function FaultsPage({
  context,
  faults,
  outTradeNo,
  isRefused,
}: {
  context: InspectorContext
  faults: Fault[]
  /** The order that the form starts with; empty for all. */
  outTradeNo: string
  isRefused: boolean
}) {
  const { view, words } = context
  return (
    <Frame context={context} tab="faults" title={words.tab.faults} isLive>
      <Head title={words.tab.faults} text={words.faultsText}>
        <Live words={words} href={`${view.base}/faults`} />
      </Head>
      {isRefused && (
        <p class="message bad" role="alert">
          {words.badFault}
        </p>
      )}
      <div class="columns even">
        <FaultForm context={context} outTradeNo={outTradeNo} />
        <section class="card" aria-labelledby="active">
          <h2 id="active">{words.active}</h2>
          <div data-live="faults">
            {faults.length === 0 ? (
              <Empty title={words.noFaults}>
                <p>{words.noFaultsText}</p>
              </Empty>
            ) : (
              <ActiveFaults context={context} faults={faults} />
            )}
          </div>
        </section>
      </div>
    </Frame>
  )
}

function ActiveFaults({ context: { view, words }, faults }: { context: InspectorContext; faults: Fault[] }) {
  return (
    <>
      <ul class="faults">
        {faults.map((fault) => (
          <li key={`${fault.outTradeNo} ${fault.name}`} id={`fault-${fault.outTradeNo}-${fault.name}`}>
            <p>
              <strong>{words.fault[fault.name][0]}</strong>
              <span>{limitText(fault, words)}</span>
              <span class="for">
                {fault.outTradeNo === EVERY_ORDER ? words.forEveryOrder : visibleText(fault.outTradeNo)}
              </span>
            </p>
            <form method="post" action={`${view.base}/faults/off`}>
              <input type="hidden" name="out_trade_no" value={fault.outTradeNo} />
              <button class="button small" type="submit" name="name" value={fault.name}>
                {words.off}
                <span class="hidden"> {words.fault[fault.name][0]}</span>
              </button>
            </form>
          </li>
        ))}
      </ul>
      <form class="all-off" method="post" action={`${view.base}/faults/off`}>
        <button class="button bad" id="all-off" type="submit" name="all" value="yes">
          {words.allOff}
        </button>
      </form>
    </>
  )
}

function limitText({ name, value, times, probability, seed }: Fault, words: InspectorWords): string {
  const often =
    times === null ? words.chance(Math.round((probability ?? 0) * 100), visibleText(seed)) : words.timesLeft(times)
  const withUnit = FAULTS_WITH_UNIT.find((it) => it === name)
  if (value === null || withUnit === undefined) return often
  return `${words.amountIs[withUnit](value)} · ${often}`
}

function FaultForm({ context: { view, words }, outTradeNo }: { context: InspectorContext; outTradeNo: string }) {
  return (
    <form class="card fault-form" method="post" action={`${view.base}/faults`} aria-label={words.addFault}>
      <fieldset class="choices">
        <legend>{words.callFaults}</legend>
        <Choices names={CALL_FAULTS} words={words} />
      </fieldset>
      <fieldset class="choices">
        <legend>{words.deliveryFaults}</legend>
        <Choices names={DELIVERY_FAULTS} words={words} />
      </fieldset>
      <fieldset class="choices">
        <legend>{words.refundFaults}</legend>
        <Choices names={REFUND_FAULTS} words={words} />
      </fieldset>
      <fieldset class="choices">
        <legend>{words.billFaults}</legend>
        <Choices names={BILL_FAULTS} words={words} />
      </fieldset>
      <div class="field-row">
        <label>
          <span>{words.amount}</span>
          <input name="amount" type="number" min={1} max={86_400} value="2000" aria-describedby="amount-hint" />
          <small id="amount-hint">{words.amountHint}</small>
        </label>
        <label>
          <span>{words.seed}</span>
          <input name="seed" maxlength={64} autocomplete="off" aria-describedby="seed-hint" />
          <small id="seed-hint">{words.seedHint}</small>
        </label>
      </div>
      <label class="field">
        <span>{words.forOrder}</span>
        <input name="out_trade_no" maxlength={32} value={outTradeNo} autocomplete="off" spellcheck={false} />
      </label>
      <div class="fault-end">
        <fieldset class="often">
          <legend>{words.howOften}</legend>
          <label>
            <input type="radio" name="by" value="times" checked />
            <span>{words.byTimes}</span>
            <input name="times" type="number" min={1} max={1_000_000} value="1" aria-label={words.byTimes} />
          </label>
          <label>
            <input type="radio" name="by" value="chance" />
            <span>{words.byChance}</span>
            <input name="percent" type="number" min={1} max={100} value="20" aria-label={words.byChance} />
          </label>
        </fieldset>
        <button class="button primary" type="submit">
          {words.turnOn}
        </button>
      </div>
    </form>
  )
}

function Choices({ names, words }: { names: readonly FaultName[]; words: InspectorWords }) {
  return (
    <>
      {names.map((name) => (
        <label key={name} class="choice">
          <input type="radio" name="name" value={name} required />
          <span>
            <strong>{words.fault[name][0]}</strong>
            <small>{words.fault[name][1]}</small>
          </span>
        </label>
      ))}
    </>
  )
}
