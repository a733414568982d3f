import type { ReactNode } from 'react'
import { writeBeijingTime } from '@/lib/shop/beijing'

export const FILTER_INPUT = 'h-11 w-full min-w-0 rounded-xl border border-line bg-paper px-3 text-base text-ink'

/** A question that a list can be asked, with its label; `id` names the field on its page. */
export function FilterField({
  id,
  label,
  wide = false,
  children,
}: {
  id: string
  label: string
  wide?: boolean
  children: ReactNode
}) {
  return (
    <div className={`flex min-w-0 flex-col gap-1 ${wide ? 'col-span-2' : ''}`}>
      <label htmlFor={`filter-${id}`} className="text-sm text-faded">
        {label}
      </label>
      {children}
    </div>
  )
}

/** One of some words, or none of them. */
export function FilterChoice({
  name,
  label,
  all,
  chosen,
  options,
}: {
  name: string
  label: string
  /** Asks for nothing. */
  all: string
  chosen: string | null
  options: [value: string, label: string][]
}) {
  return (
    <FilterField id={name} label={label}>
      <select id={`filter-${name}`} name={name} defaultValue={chosen ?? ''} className={FILTER_INPUT}>
        <option value="">{all}</option>
        {options.map(([value, word]) => (
          <option key={value} value={value}>
            {word}
          </option>
        ))}
      </select>
    </FilterField>
  )
}

/** An instant on China's clock. */
export function FilterTime({ name, label, at }: { name: string; label: string; at: number | null }) {
  return (
    <FilterField id={name} label={label}>
      <input
        type="datetime-local"
        id={`filter-${name}`}
        name={name}
        defaultValue={at === null ? '' : writeBeijingTime(at)}
        step={1}
        className={FILTER_INPUT}
      />
    </FilterField>
  )
}
