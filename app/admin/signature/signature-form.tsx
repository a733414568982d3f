import type { FormEvent } from 'react'
import { Button } from '../../_ui/button'
import type { Kind, Words } from './words'

const FIELD = 'mt-1 mb-4 w-full rounded-2xl border border-line bg-card p-4 font-mono text-sm leading-relaxed text-ink'
const LINE = 'mt-1 mb-4 min-h-11 w-full rounded-2xl border border-line bg-card px-4 font-mono text-sm text-ink'

/** What is asked for depends on what is pasted; a private key is never part of it. */
export function SignatureForm({
  kind,
  onKind,
  onSubmit,
  isWorking,
  words,
}: {
  kind: Kind
  onKind: (kind: Kind) => void
  onSubmit: (event: FormEvent<HTMLFormElement>) => void
  isWorking: boolean
  words: Words
}) {
  const kinds: [Kind, string][] = [
    ['v2', words.kindV2],
    ['request', words.kindRequest],
    ['message', words.kindMessage],
    ['invocation', words.kindInvocation],
  ]
  return (
    <form onSubmit={onSubmit} className="mt-6">
      <label htmlFor="kind" className="text-sm text-faded">
        {words.kind}
      </label>
      <select
        id="kind"
        value={kind}
        onChange={({ target }) => onKind(kinds.find(([name]) => name === target.value)?.[0] ?? 'v2')}
        className="mt-1 mb-4 block min-h-11 w-full rounded-2xl border border-line bg-card px-4 text-ink sm:w-auto"
      >
        {kinds.map(([name, text]) => (
          <option key={name} value={name}>
            {text}
          </option>
        ))}
      </select>
      {kind === 'v2' ? (
        <Area name="xml" label={words.paste} rows={14} placeholder="<xml>…</xml>" isRequired />
      ) : (
        <SignedParts kind={kind} words={words} />
      )}
      <Button disabled={isWorking}>{isWorking ? words.working : words.submit}</Button>
    </form>
  )
}

function SignedParts({ kind, words }: { kind: Exclude<Kind, 'v2'>; words: Words }) {
  return (
    <>
      {kind === 'request' && (
        <div className="grid gap-x-4 sm:grid-cols-[8rem_1fr]">
          <Line name="method" label={words.method} value="POST" />
          <Line name="url" label={words.url} value="/v3/pay/transactions/native" />
        </div>
      )}
      {kind !== 'invocation' && (
        <Area
          name="headers"
          label={words.headers}
          rows={5}
          placeholder={kind === 'request' ? 'Authorization: WECHATPAY2-SHA256-RSA2048 …' : 'Wechatpay-Timestamp: …'}
          isRequired
        />
      )}
      <Area
        name="body"
        label={kind === 'invocation' ? words.set : words.body}
        rows={8}
        placeholder="{…}"
        isRequired={kind === 'invocation'}
      />
      <Area name="publicKey" label={words.publicKey} rows={4} placeholder="-----BEGIN PUBLIC KEY-----" />
    </>
  )
}

function Line({ name, label, value }: { name: string; label: string; value: string }) {
  return (
    <div className="min-w-0">
      <label htmlFor={name} className="text-sm text-faded">
        {label}
      </label>
      <input id={name} name={name} defaultValue={value} required autoComplete="off" className={LINE} />
    </div>
  )
}

function Area({
  name,
  label,
  rows,
  placeholder,
  isRequired = false,
}: {
  name: string
  label: string
  rows: number
  placeholder: string
  isRequired?: boolean
}) {
  return (
    <>
      <label htmlFor={name} className="text-sm text-faded">
        {label}
      </label>
      <textarea
        id={name}
        name={name}
        rows={rows}
        required={isRequired}
        spellCheck={false}
        autoComplete="off"
        placeholder={placeholder}
        className={FIELD}
      />
    </>
  )
}
