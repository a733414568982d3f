import { getLocale } from 'next-intl/server'
import { getShop } from '@/lib/runtime'

/** How long ago that was, in the largest unit that fits. */
export async function Age({ at }: { at: number }) {
  const { now } = await getShop()
  const minutes = Math.max(0, Math.floor((now() - at) / 60_000))
  const [value, unit] =
    minutes < 60
      ? ([minutes, 'minute'] as const)
      : minutes < 1440
        ? ([minutes / 60, 'hour'] as const)
        : ([minutes / 1440, 'day'] as const)
  return new Intl.RelativeTimeFormat(await getLocale(), { numeric: 'always' }).format(-Math.floor(value), unit)
}
