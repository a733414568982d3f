import { headers } from 'next/headers'
import { redirect } from 'next/navigation'
import { getRuntime } from './runtime'

export type Admin = { email: string; role: 'viewer' | 'operator' }

/** The signed-in admin, or a way to the login page. Each admin page asks for itself. */
export async function requireAdmin(): Promise<Admin> {
  const { auth } = await getRuntime()
  const session = await auth.api.getSession({ headers: await headers() })
  if (session === null) redirect('/admin/login')
  return { email: session.user.email, role: session.user.role === 'operator' ? 'operator' : 'viewer' }
}
