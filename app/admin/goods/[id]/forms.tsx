import { getTranslations } from 'next-intl/server'
import type { ReactNode } from 'react'
import type { Goods } from '@/lib/shop/goods'
import { STOCK_MAX } from '@/lib/shop/limits'
import { writeYuan } from '@/lib/shop/money'
import { ActionForm } from '../../../_ui/action-form'
import { Button } from '../../../_ui/button'
import { Field } from '../../../_ui/field'

/** One thing to change. The form says which state of the product its operator saw. */
function Change({ goods, what, children }: { goods: Goods; what: 'price' | 'stock' | 'offer'; children: ReactNode }) {
  return (
    <ActionForm action={`/api/admin/goods/${goods.id}/${what}`} className="flex flex-col items-start gap-3">
      <input type="hidden" name="version" value={goods.version} />
      {children}
    </ActionForm>
  )
}

function Card({ title, children }: { title: string; children: ReactNode }) {
  return (
    <section className="rounded-3xl border border-line bg-card p-6">
      <h2 className="mb-4 text-lg">{title}</h2>
      {children}
    </section>
  )
}

export async function PriceForm({ goods }: { goods: Goods }) {
  const t = await getTranslations('goods')
  return (
    <Card title={t('priceTitle')}>
      <Change goods={goods} what="price">
        <Field
          name="yuan"
          label={t('yuan')}
          hint={t('priceHint')}
          defaultValue={writeYuan(goods.priceFen)}
          inputMode="decimal"
          autoComplete="off"
          maxLength={16}
          required
        />
        <Button look="plain">{t('setPrice')}</Button>
      </Change>
    </Card>
  )
}

/** By so many pieces, or to what was counted. */
export async function StockForms({ goods }: { goods: Goods }) {
  const t = await getTranslations('goods')
  return (
    <Card title={t('stockTitle')}>
      <div className="flex flex-col gap-6">
        <Change goods={goods} what="stock">
          <Field name="add" label={t('add')} hint={t('addHint')} autoComplete="off" maxLength={10} required />
          <Button look="plain">{t('addPieces')}</Button>
        </Change>
        <Change goods={goods} what="stock">
          <input type="hidden" name="seen" value={goods.stock} />
          <Field
            name="counted"
            type="number"
            min={0}
            max={STOCK_MAX}
            label={t('counted')}
            hint={t('countedHint')}
            autoComplete="off"
            required
          />
          <Button look="plain">{t('setStock')}</Button>
        </Change>
      </div>
    </Card>
  )
}

export async function OfferForm({ goods }: { goods: Goods }) {
  const t = await getTranslations('goods')
  return (
    <Card title={t('offerTitle')}>
      <Change goods={goods} what="offer">
        <p className="text-sm text-faded">{goods.isOnSale ? t('takeOffHint') : t('putOnHint')}</p>
        <Button look="plain" name="offer" value={goods.isOnSale ? 'off' : 'on'}>
          {goods.isOnSale ? t('takeOff') : t('putOn')}
        </Button>
      </Change>
    </Card>
  )
}
