import { z } from 'zod'
import { listPath, readListQuery, writeFilter } from '@/app/admin/notifications/list-query'
import { readForm } from '@/lib/web/body'
import { redirect, withProblem } from '@/lib/web/redirect'
import { adminRoute } from '../../route-handler'

const name = z.string().trim().min(1).max(40)

/** Keeps a filter of the log under a name, or forgets one; for whoever asks, and for nobody else. */
export const POST = adminRoute(async ({ request, runtime: { database, shop }, admin }) => {
  const form = await readForm(request)
  if (!form.ok) return form.response
  const { filter, ignored } = readListQuery(Object.fromEntries(form.value))
  const page = listPath(filter)
  const removed = form.value.get('remove')
  if (removed !== null) {
    const isRemoved = await database.savedFilters.remove(admin.id, removed)
    return redirect(isRemoved ? page : withProblem(page, 'not_found'))
  }
  const given = name.safeParse(form.value.get('name'))
  const query = new URLSearchParams(writeFilter(filter)).toString()
  if (!given.success || ignored.length > 0 || query === '') return redirect(withProblem(page, 'invalid_body'))
  const isSaved = await database.savedFilters.save(admin.id, { name: given.data, query, at: shop.now() })
  return redirect(isSaved ? page : withProblem(page, 'too_many_saved'))
})
