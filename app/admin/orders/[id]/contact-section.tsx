import { getTranslations } from 'next-intl/server'
import type { Admin } from '@/lib/admin/session'
import { maskContact } from '@/lib/shop/contact'
import type { Order } from '@/lib/shop/order'
import { Rows, Section } from '../../../_ui/record'

/** What the buyer left; whoever cannot act on it sees only that it is there. */
export async function ContactSection({ order, admin }: { order: Order; admin: Admin }) {
  const isWhole = admin.role === 'operator'
  const { phone, email, address, note } = isWhole ? order.contact : maskContact(order.contact)
  const t = await getTranslations('adminOrder')
  const words = await getTranslations('contact')
  const rows = [
    [words('phone'), phone],
    [words('email'), email],
    [words('address'), address],
    [words('note'), note],
    [t('tracking'), order.trackingNumber],
  ].flatMap(([name, value]): [string, string][] => (name && value ? [[name, value]] : []))
  if (rows.length === 0) return null
  return (
    <div className="mt-6">
      <Section title={t('contact')}>
        <Rows rows={rows} />
        {!isWhole && <p className="mt-3 text-sm text-faded">{t('contactMasked')}</p>}
      </Section>
    </div>
  )
}
