import type { ReactNode } from 'react'

/** Nothing to show, said kindly, with a way on. */
export function EmptyState({ title, hint, children }: { title: string; hint: string; children?: ReactNode }) {
  return (
    <div className="flex flex-col items-center gap-3 rounded-3xl bg-mist px-6 py-14 text-center">
      <img src="/brand/logo.svg" alt="" width={72} height={72} className="opacity-80" />
      <p className="font-serif text-xl">{title}</p>
      <p className="mb-3 text-faded">{hint}</p>
      {children}
    </div>
  )
}
