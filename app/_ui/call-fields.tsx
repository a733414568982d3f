import { getTranslations } from 'next-intl/server'
import { visibleText } from '@/lib/net/visible-text'
import { linesOf, type SaidFields } from '@/lib/shop/evidence'
import type { KeptCall } from '@/lib/shop/review'

/** A call to WeChat: request and answer, secrets masked as the log keeps them. */
export async function CallFields({ call }: { call: KeptCall }) {
  const t = await getTranslations('calls')
  return (
    <div className="grid gap-4 md:grid-cols-2">
      <Fields title={t('request')} fields={call.request} none={t('nothing')} />
      <Fields title={t('answer')} fields={call.answer} none={t('nothing')} />
    </div>
  )
}

function Fields({ title, fields, none }: { title: string; fields: SaidFields; none: string }) {
  const rows = linesOf(fields)
  return (
    <div className="min-w-0">
      <p className="text-sm font-medium">{title}</p>
      {rows.length === 0 && <p className="text-sm text-faded">{none}</p>}
      <dl className="mt-1 text-[0.8125rem]">
        {rows.map(([name, value]) => (
          <div key={name} className="flex gap-3 border-t border-line py-1">
            <dt className="w-36 shrink-0 font-mono break-all text-faded">{visibleText(name)}</dt>
            <dd className="min-w-0 font-mono break-all">{visibleText(value)}</dd>
          </div>
        ))}
      </dl>
    </div>
  )
}
