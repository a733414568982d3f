import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { stripVTControlCharacters } from 'node:util'
import { type Program, watchBehindProxy } from './programs'

/** A registry that is not reached says so sooner, or never. */
const INSTALL_MS_MAX = 180_000

/** A client library of another language, from that language's own registry. */
type Library = Omit<Program, 'version'> & {
  /** What has to be on the machine. */
  needs: string
  /** A line for a shell that puts it into the folder `$LIBRARY`. */
  install: string
}

const FILES = 'test/clients/libraries'
const V2 = 'SUCCESS SUCCESS'
const V3 = 'SUCCESS PROCESSING'

export const LANGUAGE_LIBRARIES: Library[] = [
  {
    language: 'Python: wechatpy 1.8.18',
    needs: 'python3',
    command: 'python3',
    install: 'python3 -m pip install --quiet --target "$LIBRARY" wechatpy==1.8.18 cryptography',
    arguments: `${FILES}/wechatpy_program.py`,
    end: V2,
  },
  {
    language: 'PHP: wechatpay/wechatpay 1.4.12',
    needs: 'composer',
    command: 'php',
    install: 'composer require --quiet --no-interaction --working-dir "$LIBRARY" wechatpay/wechatpay:1.4.12',
    arguments: `-d curl.cainfo="$SSL_CERT_FILE" -d openssl.cafile="$SSL_CERT_FILE" ${FILES}/wechatpay.php`,
    end: V3,
  },
  {
    language: 'Go: wechatpay-go 0.2.20',
    needs: 'go',
    command: 'sh',
    install: `cp ${FILES}/go.mod ${FILES}/wechatpay.go "$LIBRARY" && cd "$LIBRARY" && go mod tidy && go build -o client .`,
    arguments: `-c '"$LIBRARY"/client'`,
    end: V3,
  },
  {
    language: 'Java: wechatpay-java 0.2.17',
    needs: 'mvn',
    command: 'java',
    install: `mvn --quiet -f ${FILES}/pom.xml dependency:copy-dependencies -DoutputDirectory="$LIBRARY"`,
    arguments: `-cp "$LIBRARY/*" ${FILES}/WechatpayJava.java`,
    end: V3,
  },
]

/** Installs it and watches it pay and refund; `reason`: why it could not be run. */
export async function watchLibrary(library: Library): Promise<{ said: string } | { reason: string }> {
  if (spawnSync('sh', ['-c', `command -v ${library.needs}`]).status !== 0) {
    return { reason: `there is no \`${library.needs}\` here` }
  }
  const folder = mkdtempSync(join(tmpdir(), 'library-'))
  try {
    const env = { ...process.env, LIBRARY: folder }
    const options = { env, encoding: 'utf8', timeout: INSTALL_MS_MAX } as const
    const { status, stdout, stderr } = spawnSync('sh', ['-c', library.install], options)
    if (status !== 0) return { reason: `its registry gives nothing here: ${lastLine(stderr + stdout)}` }
    return { said: await watchBehindProxy({ ...library, version: '' }, { LIBRARY: folder }) }
  } finally {
    rmSync(folder, { recursive: true, force: true })
  }
}

/** Installers tell at the end why they failed, in colours. */
function lastLine(text: string): string {
  const lines = stripVTControlCharacters(text).split('\n')
  return lines.filter((it) => it.trim() !== '').at(-1) ?? ''
}
