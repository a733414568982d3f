import { getTranslations } from 'next-intl/server'
import type { Product } from '@/lib/shop/product'

const FEW = 5

/** Says when a product is nearly or wholly gone, or off sale; says nothing otherwise. */
export async function StockHint({ product: { stock, isOnSale } }: { product: Product }) {
  const t = await getTranslations('product')
  if (!isOnSale) return <span className="text-sm text-faded">{t('offSale')}</span>
  if (stock === 0) return <span className="text-sm text-faded">{t('soldOut')}</span>
  return stock > FEW ? null : <span className="text-sm text-amber">{t('few', { count: stock })}</span>
}
