import createNextIntlPlugin from 'next-intl/plugin'

const EVERYWHERE = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  // A phone's browser that goes to WeChat's payment page has to say where it comes from.
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=()' },
]

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  images: { unoptimized: true },
  // Every browser gets a page's title together with the page: streamed on its own, it is missing while a page refreshes.
  htmlLimitedBots: /.*/,
  serverExternalPackages: ['better-sqlite3', 'pino', 'undici', 'better-auth'],
  async headers() {
    return [
      // The emulator brings its own headers, and none of the shop's may loosen them.
      { source: '/((?!emulator).*)', headers: EVERYWHERE },
      { source: '/orders/:path*', headers: [{ key: 'X-Robots-Tag', value: 'noindex' }] },
      { source: '/admin/:path*', headers: [{ key: 'X-Robots-Tag', value: 'noindex' }] },
    ]
  },
}

export default createNextIntlPlugin('./lib/i18n/request.ts')(config)
