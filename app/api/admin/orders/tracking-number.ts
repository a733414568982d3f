import { TRACKING_NUMBER_LENGTH } from '@/lib/shop/limits'

const { min, max } = TRACKING_NUMBER_LENGTH
const NUMBER = new RegExp(`^[\\p{L}\\p{N} :-]{${min},${max}}$`, 'u')

/** What a form says of the parcel; null when it says nothing, and `invalid` when no carrier writes such a number. */
export function readTrackingNumber(form: URLSearchParams): string | 'invalid' | null {
  const text = (form.get('trackingNumber') ?? '').trim().replace(/\s+/g, ' ')
  if (text === '') return null
  return NUMBER.test(text) ? text : 'invalid'
}
