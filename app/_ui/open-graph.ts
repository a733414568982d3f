import type { Metadata } from 'next'
import type { Locale } from '@/lib/i18n/locale'

/** The shop as it looks in a chat or a feed. */
const PICTURE = '/brand/shared.jpg'

/** How a shared link looks; a page with a picture of its own names it. */
export function openGraphOf({
  siteName,
  locale,
  picture = PICTURE,
}: {
  siteName: string
  locale: Locale
  picture?: string
}): Metadata['openGraph'] {
  return {
    type: 'website',
    siteName,
    locale: locale === 'zh' ? 'zh_CN' : 'en_GB',
    images: [{ url: picture, width: 1200, height: 630, alt: '' }],
  }
}

/** Feeds and chats show no SVG: beside each such picture of a product stands one for them. */
export function sharedPictureOf(image: string): string {
  return image.replace(/\.svg$/, '.jpg')
}
