'use client'

import { CircleCheck, CircleX } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { visibleText } from '@/lib/net/visible-text'
import type { MessageExplanation } from '@/lib/shop/gateway'
import type { Advice } from '@/lib/web/protocol-words'
import { Button } from '../../_ui/button'
import { MistakeNotice } from '../../_ui/mistake-notice'
import { Code, Rows, Section } from '../../_ui/record'

type Words = Record<
  | 'paste'
  | 'submit'
  | 'working'
  | 'right'
  | 'wrong'
  | 'wrongHint'
  | 'opens'
  | 'sealed'
  | 'sealedHint'
  | 'unreadable'
  | 'unreadableHint'
  | 'failed'
  | 'tooMany'
  | 'tooLarge'
  | 'field'
  | 'theirText'
  | 'rightText'
  | 'signType'
  | 'receivedSign'
  | 'none'
  | 'fields',
  string
>
type AdvisedExplanation = MessageExplanation & { advice: Advice | null }
type State =
  | { type: 'empty' }
  | { type: 'working' }
  | { type: 'failed'; why: string }
  | { type: 'answered'; answer: AdvisedExplanation }

/** Sends what was pasted as it is, and shows what the server finds. It is in no address and no history. */
export function SignatureTool({ words }: { words: Words }) {
  const [state, setState] = useState<State>({ type: 'empty' })
  const explain = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const body = String(new FormData(event.currentTarget).get('xml') ?? '')
    setState({ type: 'working' })
    setState(await ask(body, words))
  }
  return (
    <>
      <form onSubmit={explain} className="mt-6">
        <label htmlFor="xml" className="text-sm text-faded">
          {words.paste}
        </label>
        <textarea
          id="xml"
          name="xml"
          rows={14}
          required
          spellCheck={false}
          autoComplete="off"
          placeholder="<xml>…</xml>"
          className="mt-1 mb-4 w-full rounded-2xl border border-line bg-card p-4 font-mono text-sm leading-relaxed text-ink"
        />
        <Button disabled={state.type === 'working'}>{state.type === 'working' ? words.working : words.submit}</Button>
      </form>
      <div aria-live="polite" className="mt-8">
        {state.type === 'failed' && <p className="rounded-2xl bg-blush px-5 py-4 text-clay">{state.why}</p>}
        {state.type === 'answered' && <Result answer={state.answer} words={words} />}
      </div>
    </>
  )
}

async function ask(body: string, words: Words): Promise<State> {
  const request = { method: 'POST', headers: { 'content-type': 'text/xml' }, body }
  const response = await fetch('/api/admin/signature', request).catch(() => null)
  if (response?.ok) return { type: 'answered', answer: await response.json() }
  if (response?.status === 413) return { type: 'failed', why: words.tooLarge }
  return { type: 'failed', why: response?.status === 429 ? words.tooMany : words.failed }
}

function Result({ answer, words }: { answer: AdvisedExplanation; words: Words }) {
  const { advice, mistake, fields, signedText } = answer
  return (
    <div className="flex flex-col gap-6">
      <Standing answer={answer} words={words} />
      {advice !== null && (
        <MistakeNotice
          advice={advice}
          field={mistake?.field ?? null}
          signedText={mistake?.signedText ?? null}
          words={{ field: words.field, signedText: words.theirText }}
        />
      )}
      {signedText !== null && (
        <Section title={words.rightText}>
          <Code>{visibleText(signedText)}</Code>
          <div className="mt-4">
            <Rows
              rows={[
                [words.signType, answer.signType],
                [words.receivedSign, answer.receivedSign ?? words.none],
              ]}
            />
          </div>
        </Section>
      )}
      {fields.length > 0 && (
        <Section title={words.fields}>
          <Rows rows={fields} />
        </Section>
      )}
    </div>
  )
}

function Standing({ answer, words }: { answer: AdvisedExplanation; words: Words }) {
  const { isRight, isSealed, problem, advice } = answer
  if (isRight) {
    return (
      <p className="flex items-center gap-3 rounded-2xl bg-mist px-5 py-4 text-lg text-pine">
        <CircleCheck aria-hidden className="size-6 shrink-0" />
        {isSealed ? words.opens : words.right}
      </p>
    )
  }
  const { title, hint } = standingOf(answer, words)
  return (
    <div className="flex gap-3 rounded-2xl bg-blush px-5 py-4 text-clay">
      <CircleX aria-hidden className="mt-0.5 size-6 shrink-0" />
      <div>
        <p className="text-lg">
          {title}
          {problem !== null && <code className="ml-2 font-mono text-sm">{problem}</code>}
        </p>
        {advice === null && <p className="mt-1">{hint}</p>}
      </div>
    </div>
  )
}

function standingOf({ isSealed, problem }: MessageExplanation, words: Words): { title: string; hint: string } {
  if (isSealed) return { title: words.sealed, hint: words.sealedHint }
  return problem === null
    ? { title: words.wrong, hint: words.wrongHint }
    : { title: words.unreadable, hint: words.unreadableHint }
}
