import { TRUST_STORE_PASSWORD } from './authority'

/** What listens on all addresses is reached at this machine's own. */
const EVERYWHERE = new Set(['0.0.0.0', '::'])

type Place = { host: string; port: number; certificateFile: string; trustStoreFile: string }

/**
 * The variables after which programs that call WeChat Pay's real addresses reach the emulator instead. They are those
 * that the languages' own HTTP clients read.
 */
export function readVariables({ host: listening, port, certificateFile, trustStoreFile }: Place) {
  const host = EVERYWHERE.has(listening) ? '127.0.0.1' : listening
  const proxy = `http://${host.includes(':') ? `[${host}]` : host}:${port}`
  const java = [
    `-Dhttps.proxyHost=${host}`,
    `-Dhttps.proxyPort=${port}`,
    // Java splits the variable at blanks unless they stand between quotation marks.
    /\s/.test(trustStoreFile)
      ? `"-Djavax.net.ssl.trustStore=${trustStoreFile}"`
      : `-Djavax.net.ssl.trustStore=${trustStoreFile}`,
    `-Djavax.net.ssl.trustStorePassword=${TRUST_STORE_PASSWORD}`,
  ].join(' ')
  return {
    HTTPS_PROXY: proxy,
    https_proxy: proxy,
    NODE_USE_ENV_PROXY: '1',
    NO_PROXY: '127.0.0.1,localhost',
    no_proxy: '127.0.0.1,localhost',
    NODE_EXTRA_CA_CERTS: certificateFile,
    SSL_CERT_FILE: certificateFile,
    REQUESTS_CA_BUNDLE: certificateFile,
    CURL_CA_BUNDLE: certificateFile,
    JAVA_TOOL_OPTIONS: java,
  }
}

/** The same as lines for a POSIX shell, and what has no variable. */
export function writeShellLines(place: Place): string {
  const it = readVariables(place)
  const certificate = quote(place.certificateFile)
  return [
    '# Whatever speaks https: which proxy it takes. Node.js itself reads it from 24 on, with NODE_USE_ENV_PROXY.',
    `export HTTPS_PROXY=${it.HTTPS_PROXY} https_proxy=${it.https_proxy} NODE_USE_ENV_PROXY=${it.NODE_USE_ENV_PROXY}`,
    `export NO_PROXY=${it.NO_PROXY} no_proxy=${it.no_proxy}`,
    "# Whom it trusts: Node.js; Go, Ruby and Python's own client; Python's requests; curl.",
    `export NODE_EXTRA_CA_CERTS=${certificate}`,
    `export SSL_CERT_FILE=${certificate}`,
    `export REQUESTS_CA_BUNDLE=${certificate}`,
    `export CURL_CA_BUNDLE=${certificate}`,
    '# Java, both at once.',
    `export JAVA_TOOL_OPTIONS=${quote(it.JAVA_TOOL_OPTIONS)}`,
    '# PHP has no variable for it. In php.ini, or behind php:',
    `#   -d curl.cainfo=${certificate} -d openssl.cafile=${certificate}`,
  ].join('\n')
}

/** Between single quotes a shell changes nothing, and only the single quote itself has to stand outside. */
function quote(text: string): string {
  return `'${text.replaceAll("'", `'\\''`)}'`
}
