import { Wrench } from 'lucide-react'
import { visibleText } from '@/lib/net/visible-text'
import type { Advice } from '@/lib/web/protocol-words'

export type MistakeWords = { field: string; signedText: string }

/** What the sender of a wrong signature did, and what to change. */
export function MistakeNotice({
  advice,
  field,
  signedText,
  words,
}: {
  advice: Advice
  field: string | null
  /** What the sender signed instead of the right text. */
  signedText: string | null
  words: MistakeWords
}) {
  return (
    <section className="min-w-0 rounded-3xl border border-honey bg-honey p-6">
      <h2 className="flex items-center gap-2 text-lg">
        <Wrench aria-hidden className="size-5 shrink-0" />
        {advice.title}
      </h2>
      <p className="mt-2 max-w-3xl leading-relaxed">{advice.text}</p>
      {field !== null && (
        <p className="mt-2">
          {words.field} <code className="font-mono text-sm break-all">{visibleText(field)}</code>
        </p>
      )}
      {signedText !== null && (
        <>
          <p className="mt-4 mb-1 text-sm">{words.signedText}</p>
          <pre className="rounded-xl bg-card p-4 font-mono text-sm leading-relaxed break-all whitespace-pre-wrap">
            {visibleText(signedText)}
          </pre>
        </>
      )}
    </section>
  )
}
