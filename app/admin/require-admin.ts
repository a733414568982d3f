import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { type Admin, type AdminPage, findAdmin } from '@/lib/admin/session'
import { getRuntime } from '@/lib/runtime'

/** The signed-in admin, or a way to the login page and back. Each admin page asks for itself. */
export async function requireAdmin(page: AdminPage): Promise<Admin> {
  const admin = await findAdmin(await getRuntime(), await headers())
  if (admin === null) redirect(page === 'overview' ? '/admin/login' : `/admin/login?page=${page}`)
  return admin
}
