import { getTranslations } from 'next-intl/server'
import { EMAIL_LENGTH_MAX } from '@/lib/shop/limits'
import { Button } from '../../_ui/button'
import { Field } from '../../_ui/field'
import { ProblemNotice } from '../../_ui/notice'

/** Finds an order that another browser made, for whoever knows its number and what was left with it. */
export async function LookupForm({ problem, number }: { problem?: string | undefined; number?: string }) {
  const t = await getTranslations('orders.lookup')
  return (
    <section aria-labelledby="lookup" className="mt-10 rounded-3xl border border-line bg-card p-6 text-left">
      <h2 id="lookup" className="text-xl">
        {t('title')}
      </h2>
      <p className="mt-1 mb-4 text-sm leading-relaxed text-faded">{t('text')}</p>
      <ProblemNotice code={problem} />
      <form method="post" action="/api/orders/lookup" className="mt-4 grid items-end gap-4 sm:grid-cols-[1fr_1fr_auto]">
        <Field
          label={t('number')}
          name="number"
          defaultValue={number}
          placeholder="XXXXX-XXXXX"
          maxLength={40}
          autoComplete="off"
          required
        />
        <Field label={t('contact')} name="contact" maxLength={EMAIL_LENGTH_MAX} autoComplete="email" required />
        <Button>{t('submit')}</Button>
      </form>
    </section>
  )
}
