import { ChevronDown } from 'lucide-react'
import { getTranslations } from 'next-intl/server'
import { ADDRESS_LENGTH_MAX, EMAIL_LENGTH_MAX, ORDER_NOTE_LENGTH_MAX, PHONE_LENGTH_MAX } from '@/lib/shop/limits'
import { Field } from '../../_ui/field'

/** What a buyer may leave and need not; folded away, since most will not. */
export async function ContactFields({ isOpen }: { isOpen: boolean }) {
  const t = await getTranslations('contact')
  return (
    <details open={isOpen} className="group mb-5 rounded-2xl border border-line">
      <summary className="flex min-h-12 cursor-pointer list-none items-center justify-between gap-3 px-4 [&::-webkit-details-marker]:hidden">
        <span>
          {t('title')} <span className="text-sm text-faded">{t('optional')}</span>
        </span>
        <ChevronDown aria-hidden className="size-4 shrink-0 group-open:rotate-180" />
      </summary>
      <div className="grid gap-4 px-4 pt-1 pb-5 sm:grid-cols-2">
        <p className="text-sm leading-relaxed text-faded sm:col-span-2">{t('why')}</p>
        <Field
          label={t('phone')}
          name="phone"
          type="tel"
          autoComplete="tel"
          maxLength={PHONE_LENGTH_MAX}
          pattern="\+?[0-9 \(\)\-]{5,}"
        />
        <Field label={t('email')} name="email" type="email" autoComplete="email" maxLength={EMAIL_LENGTH_MAX} />
        <div className="sm:col-span-2">
          <Field label={t('address')} name="address" autoComplete="street-address" maxLength={ADDRESS_LENGTH_MAX} />
        </div>
        <div className="sm:col-span-2">
          <Field label={t('note')} name="note" autoComplete="off" maxLength={ORDER_NOTE_LENGTH_MAX} />
        </div>
      </div>
    </details>
  )
}
