import { getTranslations } from 'next-intl/server'
import { TRACKING_NUMBER_LENGTH } from '@/lib/shop/limits'
import { ActionForm } from '../../../_ui/action-form'
import { Button } from '../../../_ui/button'

/** The number of a parcel, which can be given when it leaves, or afterwards. */
export async function TrackingField({ number, isRequired = false }: { number: string | null; isRequired?: boolean }) {
  const t = await getTranslations('adminOrder')
  const { min, max } = TRACKING_NUMBER_LENGTH
  return (
    <input
      name="trackingNumber"
      aria-label={t('tracking')}
      placeholder={t('tracking')}
      defaultValue={number ?? ''}
      minLength={min}
      maxLength={max}
      required={isRequired}
      autoComplete="off"
      className="h-11 w-52 rounded-full border border-line bg-card px-4 text-base text-ink placeholder:text-faded"
    />
  )
}

/** Gives the parcel of an order that left its number, or another one. */
export async function ParcelForm({ id, number }: { id: string; number: string | null }) {
  const t = await getTranslations('adminOrder')
  return (
    <ActionForm action={`/api/admin/orders/${id}/track`} className="flex flex-wrap items-center gap-2">
      <TrackingField number={number} isRequired />
      <Button look="plain">{t('track')}</Button>
    </ActionForm>
  )
}
