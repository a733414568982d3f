import { getTranslations } from 'next-intl/server'
import { orderNumberOf } from '@/lib/shop/order'
import { CopyButton } from './copy-button'

/** The number by which people know an order, with a button that copies it. */
export async function OrderNumber({ id }: { id: string }) {
  const t = await getTranslations('order')
  const number = orderNumberOf(id)
  return (
    <span className="whitespace-nowrap">
      <span className="font-mono">{number}</span>
      <CopyButton text={number} label={t('copyNumber')} done={t('copied')} />
    </span>
  )
}
