'use client'

import { CircleCheck, CircleX } from 'lucide-react'
import { type FormEvent, useState } from 'react'
import { visibleText } from '@/lib/net/visible-text'
import type { MessageExplanation } from '@/lib/shop/gateway'
import type { Advice } from '@/lib/web/protocol-words'
import { MistakeNotice } from '../../_ui/mistake-notice'
import { Code, Rows, Section } from '../../_ui/record'
import { SignatureForm } from './signature-form'
import type { Kind, Words } from './words'

type AdvisedExplanation = MessageExplanation & { advice: Advice | null }
type State =
  | { type: 'empty' }
  | { type: 'working' }
  | { type: 'failed'; why: string }
  | { type: 'answered'; answer: AdvisedExplanation }

/** Sends what was pasted as it is, and shows what the server finds. It is in no address and no history. */
export function SignatureTool({ words }: { words: Words }) {
  const [kind, setKind] = useState<Kind>('v2')
  const [state, setState] = useState<State>({ type: 'empty' })
  const explain = async (event: FormEvent<HTMLFormElement>) => {
    event.preventDefault()
    const form = new FormData(event.currentTarget)
    setState({ type: 'working' })
    setState(await ask(kind, (name) => String(form.get(name) ?? ''), words))
  }
  const choose = (other: Kind) => {
    setKind(other)
    setState({ type: 'empty' })
  }
  return (
    <>
      <SignatureForm
        kind={kind}
        onKind={choose}
        onSubmit={explain}
        isWorking={state.type === 'working'}
        words={words}
      />
      <div aria-live="polite" className="mt-8">
        {state.type === 'failed' && <p className="rounded-2xl bg-blush px-5 py-4 text-clay">{state.why}</p>}
        {state.type === 'answered' && <Result answer={state.answer} words={words} />}
      </div>
    </>
  )
}

async function ask(kind: Kind, value: (name: string) => string, words: Words): Promise<State> {
  const parts = ['method', 'url', 'headers', 'body', 'publicKey'].map((name) => [name, value(name)])
  const body = kind === 'v2' ? value('xml') : JSON.stringify({ kind, ...Object.fromEntries(parts) })
  // It is not even sent.
  if (/PRIVATE KEY-----/.test(body)) return { type: 'failed', why: words.privateKey }
  const headers = { 'content-type': kind === 'v2' ? 'text/xml' : 'application/json' }
  const response = await fetch('/api/admin/signature', { method: 'POST', headers, body }).catch(() => null)
  if (response?.ok) return { type: 'answered', answer: await response.json() }
  if (response?.status === 413) return { type: 'failed', why: kind === 'v2' ? words.tooLarge : words.tooLargeV3 }
  if (response?.status === 429) return { type: 'failed', why: words.tooMany }
  const code: unknown = response?.status === 400 ? (await response.json()).code : null
  if (code === 'not_a_public_key') return { type: 'failed', why: words.notAPublicKey }
  return { type: 'failed', why: code === 'malformed_json' ? words.noJson : words.failed }
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

function standingOf({ apiVersion, isSealed, problem }: MessageExplanation, words: Words) {
  const isV3 = apiVersion === 'v3'
  if (isSealed) return { title: words.sealed, hint: words.sealedHint }
  if (problem === null) return { title: words.wrong, hint: isV3 ? words.wrongHintV3 : words.wrongHint }
  return isV3
    ? { title: words.unreadableV3, hint: words.unreadableHintV3 }
    : { title: words.unreadable, hint: words.unreadableHint }
}
