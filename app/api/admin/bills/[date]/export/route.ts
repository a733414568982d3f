import { readForm } from '@/lib/web/body'
import { answerExport } from '../../../list-export'
import { adminRoute } from '../../../route-handler'
import { comparisonExport } from './comparison-export'

/** All differences of a day as a file. A form, because who takes one is written down. */
export const POST = adminRoute<{ date: string }>(
  async (visit) => {
    const form = await readForm(visit.request)
    if (!form.ok) return form.response
    const asked = new URLSearchParams({ day: visit.params.date })
    return answerExport(visit, asked, comparisonExport(visit.runtime.shop))
  },
  { isDownload: true },
)
