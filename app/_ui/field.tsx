import type { InputHTMLAttributes, ReactNode } from 'react'

const BOX = 'min-h-11 w-full rounded-xl border border-line bg-paper px-4 text-base text-ink'

/** One line to fill in, with its label and, where it helps, a hint. */
export function Field({
  label,
  hint,
  ...input
}: { label: string; hint?: string } & InputHTMLAttributes<HTMLInputElement>) {
  return (
    <label className="flex flex-col gap-1 text-sm text-faded">
      {label}
      <input maxLength={254} {...input} className={BOX} />
      {hint !== undefined && <span>{hint}</span>}
    </label>
  )
}

/** One of several words. */
export function Choice({
  label,
  name,
  chosen,
  children,
}: {
  label: string
  name: string
  chosen?: string
  children: ReactNode
}) {
  return (
    <label className="flex flex-col gap-1 text-sm text-faded">
      {label}
      <select name={name} defaultValue={chosen} className={BOX}>
        {children}
      </select>
    </label>
  )
}
