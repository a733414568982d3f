import type { ReactNode } from 'react'
import { visibleText } from '@/lib/net/visible-text'

/** A part of a record, on a card of its own; the wide ones take both columns. */
export function Section({ title, wide = false, children }: { title: string; wide?: boolean; children: ReactNode }) {
  return (
    <section className={`min-w-0 rounded-3xl border border-line bg-card p-6 ${wide ? 'lg:col-span-2' : ''}`}>
      <h2 className="mb-4 text-lg">{title}</h2>
      {children}
    </section>
  )
}

/** The same, closed until somebody wants to see it. */
export function Fold({ title, isOpen = false, children }: { title: string; isOpen?: boolean; children: ReactNode }) {
  return (
    <details open={isOpen} className="min-w-0 rounded-3xl border border-line bg-card px-6 py-3">
      <summary className="min-h-11 cursor-pointer content-center">
        <h2 className="inline text-lg">{title}</h2>
      </summary>
      <div className="pt-1 pb-3">{children}</div>
    </details>
  )
}

/** Copies a text of the page, where scripts run. */
export function CopyText({ of, label, copied }: { of: string; label: string; copied: string }) {
  return (
    <button
      type="button"
      data-copy={of}
      data-copied={copied}
      aria-live="polite"
      className="min-h-11 cursor-pointer rounded-full border border-line bg-card px-4 text-sm hover:border-jade noscript:hidden"
    >
      {label}
    </button>
  )
}

/** Names and values; texts of strangers do nothing but stand there. */
export function Rows({ rows }: { rows: [string, ReactNode][] }) {
  return (
    <dl className="grid grid-cols-[7.5rem_1fr] gap-x-4 gap-y-2 sm:grid-cols-[minmax(8rem,max-content)_1fr] sm:gap-x-6">
      {rows.map(([name, value]) => (
        <div key={name} className="contents">
          <dt className="text-sm break-all pt-0.5 text-faded">{visibleText(name)}</dt>
          <dd className="min-w-0 font-mono text-sm break-all">
            {typeof value === 'string' ? visibleText(value) : value}
          </dd>
        </div>
      ))}
    </dl>
  )
}

/** A text as it is, broken wherever it has to be; its maker has made it visible. */
export function Code({ id, children }: { id?: string; children: string }) {
  return (
    <pre id={id} className="rounded-xl bg-mist p-4 font-mono text-sm leading-relaxed break-all whitespace-pre-wrap">
      {children}
    </pre>
  )
}
