import Link from 'next/link'
import type { ReactNode } from 'react'
import { writeBeijingTime } from '@/lib/shop/beijing'
import { Button } from './button'

const FILTER_INPUT = 'h-11 w-full min-w-0 rounded-xl border border-line bg-paper px-3 text-base text-ink'

/** A question that a list can be asked, with its label; `id` names the field on its page. */
function FilterField({
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

/** A text that is looked for as it stands. */
export function FilterText({
  name,
  label,
  text,
  lengthMax,
  wide = false,
}: {
  name: string
  label: string
  text: string | null
  lengthMax: number
  wide?: boolean
}) {
  return (
    <FilterField id={name} label={label} wide={wide}>
      <input
        id={`filter-${name}`}
        name={name}
        defaultValue={text ?? ''}
        maxLength={lengthMax}
        spellCheck={false}
        className={FILTER_INPUT}
      />
    </FilterField>
  )
}

/** Something that is asked for or not. */
export function FilterCheck({ name, label, isOn }: { name: string; label: string; isOn: boolean }) {
  return (
    <label className="flex min-h-11 cursor-pointer items-center gap-2 text-base">
      <input type="checkbox" name={name} value="1" defaultChecked={isOn} className="size-5 accent-pine" />
      {label}
    </label>
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

/** The form of a list's questions: its answer is an address that can be passed on. */
export function ListFilter({
  path,
  words,
  children,
}: {
  path: string
  words: { filter: string; apply: string; clear: string }
  children: ReactNode
}) {
  return (
    <form
      action={path}
      aria-label={words.filter}
      className="mb-6 grid grid-cols-2 gap-x-4 gap-y-3 rounded-3xl border border-line bg-card p-5 lg:grid-cols-4"
    >
      {children}
      <div className="col-span-2 flex flex-wrap items-end gap-3">
        <Button>{words.apply}</Button>
        <Link href={path} prefetch={false} className="inline-flex min-h-11 items-center text-jade underline">
          {words.clear}
        </Link>
      </div>
    </form>
  )
}
