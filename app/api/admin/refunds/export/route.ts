import { readForm } from '@/lib/web/body'
import { answerExport } from '../../list-export'
import { adminRoute } from '../../route-handler'
import { refundExport } from './refund-export'

/** All refunds of a filter as a file. A form, because who took what is written down: no link of another page may write there. */
export const POST = adminRoute(
  async (visit) => {
    const form = await readForm(visit.request)
    if (!form.ok) return form.response
    return answerExport(visit, form.value, refundExport(visit.runtime.shop))
  },
  { isDownload: true },
)
