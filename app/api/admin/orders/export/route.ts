import { readForm } from '@/lib/web/body'
import { requestLocale } from '@/lib/web/request-locale'
import { answerExport } from '../../list-export'
import { adminRoute } from '../../route-handler'
import { orderExport } from './order-export'

/** All orders of a filter as a file. A form, because who took what is written down: no link of another page may write there. */
export const POST = adminRoute(
  async (visit) => {
    const form = await readForm(visit.request)
    if (!form.ok) return form.response
    return answerExport(visit, form.value, orderExport(visit.runtime.shop, requestLocale(visit.request)))
  },
  { isDownload: true },
)
