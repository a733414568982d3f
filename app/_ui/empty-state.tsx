import type { ReactNode } from 'react'

type Props = { title: string; hint: string; isWholePage?: boolean; children?: ReactNode }

/** Nothing to show, said kindly, with a way on. */
export function EmptyState({ title, hint, isWholePage = false, children }: Props) {
  const Title = isWholePage ? 'h1' : 'p'
  return (
    <div className="flex flex-col items-center gap-3 rounded-3xl bg-mist px-6 py-14 text-center">
      <img src="/brand/logo.svg" alt="" width={72} height={72} className="opacity-80" />
      <Title className="font-serif text-xl">{title}</Title>
      <p className="mb-3 text-faded">{hint}</p>
      {children}
    </div>
  )
}
