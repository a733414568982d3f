import createNextIntlPlugin from 'next-intl/plugin'

const isDev = process.env.NODE_ENV === 'development'
const isHttps = process.env.PUBLIC_URL?.startsWith('https:') ?? false

/** Pages that show what strangers sent run no script at all. */
const WITHOUT_SCRIPT = [
  "default-src 'none'",
  "style-src 'self'",
  "img-src 'self' data:",
  "form-action 'self'",
  "base-uri 'none'",
  "frame-ancestors 'none'",
].join('; ')

const ORDINARY = [
  "default-src 'self'",
  `script-src 'self' 'unsafe-inline'${isDev ? " 'unsafe-eval'" : ''}`,
  "style-src 'self' 'unsafe-inline'",
  "img-src 'self' data:",
  `connect-src 'self'${isDev ? ' ws:' : ''}`,
  "object-src 'none'",
  "base-uri 'none'",
  "form-action 'self'",
  "frame-ancestors 'none'",
].join('; ')

const EVERYWHERE = [
  { key: 'X-Content-Type-Options', value: 'nosniff' },
  // A phone's browser that goes to WeChat's payment page has to say where it comes from.
  { key: 'Referrer-Policy', value: 'strict-origin-when-cross-origin' },
  { key: 'Cross-Origin-Opener-Policy', value: 'same-origin' },
  { key: 'Cross-Origin-Resource-Policy', value: 'same-origin' },
  { key: 'Permissions-Policy', value: 'camera=(), microphone=(), geolocation=(), payment=()' },
  { key: 'Content-Security-Policy', value: ORDINARY },
  ...(isHttps ? [{ key: 'Strict-Transport-Security', value: 'max-age=31536000' }] : []),
]

/** @type {import('next').NextConfig} */
const config = {
  poweredByHeader: false,
  images: { unoptimized: true },
  serverExternalPackages: ['better-sqlite3', 'pino', 'undici', 'better-auth'],
  async headers() {
    return [
      // The emulator brings its own headers, and none of the shop's may loosen them.
      { source: '/((?!emulator).*)', headers: EVERYWHERE },
      { source: '/admin/notifications/:id', headers: [{ key: 'Content-Security-Policy', value: WITHOUT_SCRIPT }] },
      { source: '/orders/:path*', headers: [{ key: 'X-Robots-Tag', value: 'noindex' }] },
      { source: '/admin/:path*', headers: [{ key: 'X-Robots-Tag', value: 'noindex' }] },
    ]
  },
}

export default createNextIntlPlugin('./lib/i18n/request.ts')(config)
