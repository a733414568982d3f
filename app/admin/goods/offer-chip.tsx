import { getTranslations } from 'next-intl/server'
import { Chip } from '../../_ui/chip'

/** Whether shoppers can order it. */
export async function OfferChip({ isOnSale }: { isOnSale: boolean }) {
  const t = await getTranslations('goods')
  return isOnSale ? <Chip tone="good">{t('onSale')}</Chip> : <Chip tone="over">{t('offSale')}</Chip>
}
