/* Unpacks the packaged Chromium into TMPDIR; with this variable it brings the libraries that a bare machine lacks. */
process.env.AWS_LAMBDA_JS_RUNTIME = 'nodejs22.x'
const { default: chromium } = await import('@sparticuz/chromium')
await chromium.executablePath()
