import { getTranslations } from 'next-intl/server'
import { TRACKING_NUMBER_LENGTH } from '@/lib/shop/limits'
import { ActionForm } from '../../../_ui/action-form'
import { Button } from '../../../_ui/button'

/** Says that the goods leave, with the number of their parcel if there is one; or gives it that number afterwards. */
export async function ParcelForm({
  id,
  action,
  number,
}: {
  id: string
  action: 'ship' | 'track'
  number: string | null
}) {
  const t = await getTranslations('adminOrder')
  const { min, max } = TRACKING_NUMBER_LENGTH
  return (
    <ActionForm action={`/api/admin/orders/${id}/${action}`}>
      <div className="flex flex-wrap items-center gap-2">
        <input
          name="trackingNumber"
          aria-label={t('tracking')}
          placeholder={t('tracking')}
          defaultValue={number ?? ''}
          minLength={min}
          maxLength={max}
          required={action === 'track'}
          autoComplete="off"
          className="h-11 w-52 rounded-full border border-line bg-card px-4 text-base text-ink placeholder:text-faded"
        />
        <Button look={action === 'ship' ? 'main' : 'plain'}>{action === 'ship' ? t('ship') : t('track')}</Button>
      </div>
    </ActionForm>
  )
}
