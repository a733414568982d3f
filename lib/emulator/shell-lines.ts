import { TRUST_STORE_PASSWORD } from './authority'

/** What listens on all addresses is reached at this machine's own. */
const EVERYWHERE = new Set(['0.0.0.0', '::'])

type Place = { host: string; port: number; certificateFile: string; trustStoreFile: string }

/**
 * Lines for a POSIX shell, after which programs that call WeChat Pay's real addresses reach the emulator instead. The
 * variables are those that the languages' own HTTP clients read.
 */
export function writeShellLines({ host: listening, port, certificateFile, trustStoreFile }: Place): string {
  const host = EVERYWHERE.has(listening) ? '127.0.0.1' : listening
  const proxy = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const certificate = quote(certificateFile)
  const java = [
    `-Dhttps.proxyHost=${host}`,
    `-Dhttps.proxyPort=${port}`,
    `-Djavax.net.ssl.trustStore=${trustStoreFile}`,
    `-Djavax.net.ssl.trustStorePassword=${TRUST_STORE_PASSWORD}`,
  ].join(' ')
  return [
    '# Whatever speaks https: which proxy it takes. Node.js itself reads it from 24 on, with NODE_USE_ENV_PROXY.',
    `export HTTPS_PROXY=${proxy} https_proxy=${proxy} NODE_USE_ENV_PROXY=1`,
    'export NO_PROXY=127.0.0.1,localhost no_proxy=127.0.0.1,localhost',
    "# Whom it trusts: Node.js; Go, Ruby and Python's own client; Python's requests; curl.",
    `export NODE_EXTRA_CA_CERTS=${certificate}`,
    `export SSL_CERT_FILE=${certificate}`,
    `export REQUESTS_CA_BUNDLE=${certificate}`,
    `export CURL_CA_BUNDLE=${certificate}`,
    '# Java, both at once.',
    `export JAVA_TOOL_OPTIONS=${quote(java)}`,
    '# PHP has no variable for it. In php.ini, or behind php:',
    `#   -d curl.cainfo=${certificate} -d openssl.cafile=${certificate}`,
  ].join('\n')
}

/** Between single quotes a shell changes nothing, and only the single quote itself has to stand outside. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
