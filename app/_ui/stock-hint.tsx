import { getTranslations } from 'next-intl/server'

const FEW = 5

/** Says when a product is nearly or wholly gone; says nothing otherwise. */
export async function StockHint({ stock }: { stock: number }) {
  const t = await getTranslations('product')
  if (stock === 0) return <span className="text-sm text-faded">{t('soldOut')}</span>
  return stock > FEW ? null : <span className="text-sm text-amber">{t('few', { count: stock })}</span>
}
