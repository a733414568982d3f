import 'reflect-metadata'
import { createHash, randomBytes, type webcrypto } from 'node:crypto'
import {
  closeSync,
  existsSync,
  fchmodSync,
  fsyncSync,
  mkdirSync,
  openSync,
  readFileSync,
  renameSync,
  writeFileSync,
} from 'node:fs'
import { join } from 'node:path'
import {
  AuthorityKeyIdentifierExtension,
  BasicConstraintsExtension,
  ExtendedKeyUsage,
  ExtendedKeyUsageExtension,
  KeyUsageFlags,
  KeyUsagesExtension,
  SubjectAlternativeNameExtension,
  SubjectKeyIdentifierExtension,
  X509Certificate,
  X509CertificateGenerator,
} from '@peculiar/x509'
import { newPair, RSA, readPrivateKey } from './rsa'

const DAY = 24 * 60 * 60_000
const AUTHORITY_DAYS = 10 * 365
/** Some clients refuse a server's certificate that is valid for longer (Apple: 398 days). */
const SERVER_DAYS = 397
const NAME = 'CN=WeChat Pay emulator of this machine'

/** A server's certificate and its key, PEM. */
type Certified = { key: string; cert: string }

/** What a program has to trust so that the emulator may stand in for WeChat Pay. */
export type Authority = {
  /** The certificate, PEM. */
  certificateFile: string
  /** The same as a trust store for Java; its password is `changeit`, as Java's own has it. */
  trustStoreFile: string
  /** A certificate for servers of these names. Takes about a third of a second. */
  certify: (names: readonly string[]) => Promise<Certified>
}

/**
 * The certificate authority of this machine: made when it is not there, kept in two files that only their owner reads.
 * Whoever has the key can pretend to be anybody to programs that trust it, so it never leaves the folder.
 *
 * @throws if the files cannot be written, or are no certificate and its key
 */
export async function openAuthority(folder: string, now: () => number): Promise<Authority> {
  const certificateFile = join(folder, 'emulator-ca.pem')
  const trustStoreFile = join(folder, 'emulator-ca.jks')
  const keyFile = join(folder, 'emulator-ca-key.pem')
  if (!existsSync(keyFile) || !existsSync(certificateFile)) {
    mkdirSync(folder, { recursive: true })
    const made = await makeAuthority(now())
    write(certificateFile, made.certificate)
    // Last: only with it is the pair whole.
    write(keyFile, made.key)
  }
  const issuer = new X509Certificate(readFileSync(certificateFile, 'utf8'))
  write(trustStoreFile, trustStore(Buffer.from(issuer.rawData), now()))
  const signingKey = await readPrivateKey(readFileSync(keyFile, 'utf8'))
  return {
    certificateFile,
    trustStoreFile,
    certify: (names) => makeServer(names, { issuer, signingKey, now: now() }),
  }
}

async function makeAuthority(now: number): Promise<{ certificate: string; key: string }> {
  const { keys, privateKey } = await newPair()
  const certificate = await X509CertificateGenerator.createSelfSigned({
    serialNumber: newSerial(),
    name: NAME,
    ...validity(now, AUTHORITY_DAYS),
    signingAlgorithm: RSA,
    keys,
    extensions: [
      new BasicConstraintsExtension(true, 0, true),
      new KeyUsagesExtension(KeyUsageFlags.keyCertSign | KeyUsageFlags.cRLSign, true),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { certificate: `${certificate.toString('pem')}\n`, key: privateKey }
}

type Issuing = { issuer: X509Certificate; signingKey: webcrypto.CryptoKey; now: number }

async function makeServer(names: readonly string[], { issuer, signingKey, now }: Issuing) {
  const { keys, privateKey } = await newPair()
  const certificate = await X509CertificateGenerator.create({
    serialNumber: newSerial(),
    subject: `CN=${names[0]}`,
    issuer: issuer.subject,
    ...validity(now, SERVER_DAYS),
    signingAlgorithm: RSA,
    publicKey: keys.publicKey,
    signingKey,
    extensions: [
      new BasicConstraintsExtension(false, undefined, true),
      new KeyUsagesExtension(KeyUsageFlags.digitalSignature | KeyUsageFlags.keyEncipherment, true),
      new ExtendedKeyUsageExtension([ExtendedKeyUsage.serverAuth]),
      new SubjectAlternativeNameExtension(names.map((value) => ({ type: 'dns' as const, value }))),
      // Python since 3.13 refuses certificates that do not name the key of their issuer.
      await AuthorityKeyIdentifierExtension.create(await issuer.publicKey.export()),
      await SubjectKeyIdentifierExtension.create(keys.publicKey),
    ],
  })
  return { cert: certificate.toString('pem'), key: privateKey }
}

/** Clocks differ, so it begins a day ago. */
function validity(now: number, days: number) {
  return { notBefore: new Date(now - DAY), notAfter: new Date(now + (days - 1) * DAY) }
}

/** The first digit keeps the number positive. */
function newSerial(): string {
  return `5${randomBytes(16).toString('hex').slice(1)}`
}

/** A file is whole or not there, whatever happens to the machine, and its owner's alone from its first byte on. */
function write(path: string, content: string | Uint8Array): void {
  const draft = `${path}.new`
  const file = openSync(draft, 'w+', 0o600)
  try {
    writeFileSync(file, content)
    fchmodSync(file, 0o600)
    fsyncSync(file)
  } finally {
    closeSync(file)
  }
  renameSync(draft, path)
}

export const TRUST_STORE_PASSWORD = 'changeit'

const JKS_MAGIC = 0xfeedfeed
const JKS_VERSION = 2
const TRUSTED_CERTIFICATE = 2

/** A certificate in Java's own old format for key stores, which every Java reads without being told. */
function trustStore(certificate: Uint8Array, now: number): Buffer {
  const content = Buffer.concat([
    int32(JKS_MAGIC),
    int32(JKS_VERSION),
    int32(1),
    int32(TRUSTED_CERTIFICATE),
    javaText('wechat-pay-emulator'),
    int64(now),
    javaText('X.509'),
    int32(certificate.byteLength),
    certificate,
  ])
  const digest = createHash('sha1')
    .update(Buffer.from(TRUST_STORE_PASSWORD, 'utf16le').swap16())
    // These words stand in the format (sun.security.provider.JavaKeyStore).
    .update('Mighty Aphrodite')
    .update(content)
    .digest()
  return Buffer.concat([content, digest])
}

function int32(value: number): Buffer {
  const bytes = Buffer.alloc(4)
  bytes.writeUInt32BE(value)
  return bytes
}

function int64(value: number): Buffer {
  const bytes = Buffer.alloc(8)
  bytes.writeBigInt64BE(BigInt(value))
  return bytes
}

/** Two bytes of length, then the text. */
function javaText(text: string): Buffer {
  const length = Buffer.alloc(2)
  length.writeUInt16BE(Buffer.byteLength(text))
  return Buffer.concat([length, Buffer.from(text)])
}
