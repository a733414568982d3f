import createNextIntlPlugin from 'next-intl/plugin'

const EVERYWHERE = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  // A phone's browser that goes to WeChat's payment page has to say where it comes from.
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=()' },
]

/** Next.js forbids a browser to keep any page that is made per request, and with it to keep it for going back. */
const KEPT_FOR_BACK = { key: 'Cache-Control', value: 'private, no-cache' }

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  images: { unoptimized: true },
  // Every browser gets a page's title together with the page: streamed on its own, it is missing while a page refreshes.
  htmlLimitedBots: /.*/,
  // Types are the work of `npm run check`; a start does not wait for them.
  typescript: { ignoreBuildErrors: true },
  experimental: {
    // Every route's code stands in a file of its own: to shorten all of them takes longer than all the rest of a build, and
    // a stack trace reads better as it was written. What browsers load is minified.
    turbopackMinify: { server: false, client: true },
    // Nothing reads those of a built shop.
    turbopackSourceMaps: process.env.NODE_ENV === 'development',
    // A build begins with the sources and nothing else; to keep what it found out takes as long as to find it out again.
    turbopackFileSystemCacheForBuild: false,
    // Where real money comes in, a build in the same folder takes no page away from the shop that runs; else each page is
    // loaded when it is first asked for, since all of them before the first take more than half of a start.
    preloadEntriesOnStart: process.env.PAYMENTS === 'wechat',
  },
  serverExternalPackages: ['better-sqlite3', 'pino', 'undici', 'better-auth'],
  async headers() {
    return [
      // The emulator brings its own headers, and none of the shop's may loosen them.
      { source: '/((?!emulator).*)', headers: EVERYWHERE },
      // Nothing private: back and forward, a browser shows them as they were, and asks for them anew when they are opened.
      ...['/', '/products/:slug'].map((source) => ({ source, headers: [KEPT_FOR_BACK] })),
      { source: '/orders/:path*', headers: [{ key: 'X-Robots-Tag', value: 'noindex' }] },
      { source: '/admin/:path*', headers: [{ key: 'X-Robots-Tag', value: 'noindex' }] },
    ]
  },
}

export default createNextIntlPlugin('./lib/i18n/request.ts')(config)
