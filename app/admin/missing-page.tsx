import { getTranslations } from 'next-intl/server'
import type { Admin, AdminPage } from '@/lib/admin/session'
import { AdminFrame } from '../_ui/admin-frame'
import { Lost } from '../_ui/lost'
import { Missing } from '../_ui/missing'

/** A page for admins that is not there, in their frame; `page` is where in it somebody was. */
export async function MissingPage({ admin, page }: { admin: Admin; page?: AdminPage }) {
  const t = await getTranslations('admin')
  return (
    <AdminFrame admin={admin} page={page}>
      <Missing>
        <Lost home={{ path: '/admin', words: t('overview') }} />
      </Missing>
    </AdminFrame>
  )
}
