import type { FaultName, FaultSettings } from './fault-names'
import type { ApiVersion, Cause, DeliveryOutcome, HeaderList, TradeType } from './ledger/words'
import type { Locale } from './locale'

// What programs see of the emulator. Types alone, with nothing heavy behind them: the package carries them as they are.

/** A merchant that WeChat Pay knows. */
export type MerchantAccount = {
  appid: string
  mchId: string
  apiKey: string
  /** Secret of the appid for page authorization; without one, nobody can find out who sits in front of a page. */
  appSecret?: string
  /** Where it is told of refunds that name no address, as set in the merchant console. */
  refundNotifyUrl?: string
  /** What buyers call it, in one language or in each; without one they read its number. */
  name?: string | Record<Locale, string>
  /** What WeChat keeps of each payment, in hundredths of a percent; 60 without one. */
  feeRate?: number
}

/** The source of everything random, so that a test can repeat it. */
export type Random = (bytes: number) => Uint8Array

/** What the network tells of a caller. */
export type Caller = {
  remoteAddress: string
  /** What it showed when the connection was made, DER, or null; undefined where none can be shown, on plain HTTP. */
  clientCertificate?: Uint8Array | null | undefined
}

/** How a delivery leaves: one HTTP exchange, no redirects followed. Rejects if nobody answers. */
export type SendRequest = (request: Request) => Promise<Response>

/** A pair with its certificate; everything is PEM. */
export type CertifiedPair = { privateKey: string; certificate: string; serial: string }

/** All that one merchant number needs for API v3, on both sides. */
export type NewMerchantKeys = {
  v3Key: string
  merchant: CertifiedPair
  /** `apiclient_cert.p12` in Base64; its password is the merchant number. */
  p12: string
  wechat: { publicKeyId: string; publicKey: string; privateKey: string }
  platform: CertifiedPair
}

/** How keys come into the world. Making them takes about a second. */
export type KeyMaker = {
  /** @param now real time, since clients compare it with the clock on the wall */
  merchantKeys: (mchId: string, now: number) => Promise<NewMerchantKeys>
  platformCertificate: (now: number) => Promise<CertifiedPair>
}

/** An order that is there from the start, in WeChat's own names. */
export type SeedOrder = {
  out_trade_no: string
  total_fee: number
  notify_url: string
  /** By default `out_trade_no`. */
  body?: string | undefined
  /** By default NATIVE. */
  trade_type?: TradeType | undefined
  /** In which API it was placed, and so how it is notified; by default `v2`. */
  api_version?: ApiVersion | undefined
  /** How v2 signs; by default MD5. */
  sign_type?: 'MD5' | 'HMAC-SHA256' | undefined
  attach?: string | undefined
  openid?: string | undefined
  /** Whose it is; by default the first account's. */
  appid?: string | undefined
  mch_id?: string | undefined
  /** By default NOTPAY. A paid one is notified like any other. */
  trade_state?: 'NOTPAY' | 'SUCCESS' | 'CLOSED' | undefined
  /** Of a paid order. */
  refund?: { out_refund_no: string; refund_fee: number; notify_url?: string | undefined } | undefined
}

/** What is there when an emulator starts. */
export type Seed = {
  /** Those that the ledger has already are left as they are. */
  orders?: SeedOrder[] | undefined
  /** As `PUT /_control/faults` takes them. */
  faults?: FaultSettings | undefined
  /** After the orders, the clock is pushed so far ahead of the real one. */
  clock?: { advanceSeconds: number } | undefined
}

/** One attempt to deliver a notification, as in `GET /_control/state`. */
export type Attempt = {
  id: number
  out_trade_no: string
  /** Of which refund; null for a payment. */
  out_refund_no: string | null
  attempt: number
  cause: Cause
  /** When it was sent, on the virtual clock. */
  at: number
  outcome: DeliveryOutcome
  faults: FaultName[]
  /** What came back; null where nobody replied. */
  http_status: number | null
  reply_code: string | null
  reply: string | null
  reply_headers: HeaderList
  /** What was sent. */
  body: string
  body_sha256: string
  request_headers: HeaderList
}

/** All that a client of one account needs, as in `GET /_control/accounts`; keys and certificates are PEM. */
export type AccountKeys = {
  appid: string
  mch_id: string
  api_key: string
  v3_key: string
  /** The merchant's own certificate: its serial, its key, and both packed with the merchant number as password. */
  serial: string
  private_key: string
  certificate: string
  p12_base64: string
  /** WeChat Pay's public key. */
  public_key_id: string
  public_key: string
  /** The platform certificate that signs now, and all there are. */
  platform_serial: string | undefined
  platform_certificate: string | undefined
  platform_certificates: { serial: string; certificate: string; signs_from: number }[]
  public_key_percent: number | null
  has_platform_certificates: boolean
}

/** Everything has a default, so that `createEmulator()` is a whole WeChat Pay for a test. */
export type EmulatorOptions = {
  /** `file:` and the path of the ledger, which is made if it is not there; by default in memory, gone at the end. */
  databaseUrl?: string
  /** The merchants that exist; by default the public demo account. */
  accounts?: MerchantAccount[]
  /** Where it is mounted: `''` alone, which is the default, or `/emulator` inside a shop. */
  basePath?: string
  /** Real time in epoch milliseconds; the virtual clock runs ahead of it. */
  now?: () => number
  random?: Random
  /** How the keys of API v3 are made; by default by chance, each pair in a good part of a second. */
  keyMaker?: KeyMaker
  /** How the fault `latencyMs` passes time; by default time really passes. */
  sleep?: (ms: number) => Promise<void>
  /** How deliveries leave; by default over HTTP without redirects. */
  send?: SendRequest
  /** Is told of each attempt to deliver when it has ended, with the reply if there was one. */
  onAttempt?: (attempt: Attempt) => void
  /** Deliveries go to these origins, and to loopback hosts: to any port, or once it is open to the ports of these. */
  deliveryOrigins?: string[]
  /** Whether phone, inspector and controls answer other machines too. */
  isOpen?: boolean
  /** So many bytes of the ledger are kept, the newest; by default all, or 256 MB when it is open to others. */
  ledgerBytesMax?: number
  /** Names by which it may be called, besides loopback and addresses in digits. */
  hosts?: string[]
  log?: (event: string, error: unknown) => void
}

export type Emulator = {
  /**
   * Answers one request. Without `info` the call came from this process, which is as near as loopback. Rejects with
   * `NoAnswer` when a fault drops the request or its answer: a server then has to break off the connection.
   */
  fetch: (request: Request, info?: Caller) => Promise<Response>
  /** Makes all deliveries that are due on the virtual clock, each once, and waits until they are answered. */
  runDue: () => Promise<void>
  /** Milliseconds until the next delivery is due, 0 if it is already, null if none waits. */
  nextDueInMs: () => number | null
  /** Makes the keys of API v3 for every merchant that has none yet; else they are made when it calls first. */
  makeKeys: () => Promise<void>
  /**
   * Brings it to where a seed begins, as one step: all of it, or nothing. Orders that are there already stay as they are.
   * Rejects if an order is impossible, and says which.
   */
  seed: (seed: Seed) => Promise<void>
  /** What clients need. Makes the keys of API v3 where there are none yet. */
  accounts: () => Promise<AccountKeys[]>
  /** From now on deliveries leave by themselves. The timer does not keep the process alive. */
  start: () => void
  /** No delivery leaves by itself any more; those on their way are waited for. */
  stop: () => Promise<void>
  /** Closes the ledger; to be called after `stop`. */
  close: () => void
}

/** One that may be played by another process, which then decides what it begins with. */
export type RunningEmulator = Omit<Emulator, 'seed' | 'accounts'>

/** An emulator that listens. */
export type Server = { url: string; stop: () => Promise<void> }

/** Where it listens; by default on a free port of this machine. */
export type Place = { host?: string; port?: number }

export type TestOptions = EmulatorOptions &
  Place & {
    /** What is there from the start, and after each `reset`. */
    seed?: Seed
    /** With a folder for its certificate authority it also stands in for WeChat Pay's real addresses. */
    proxyFolder?: string
  }

/** Which attempts are meant; without anything, all. */
export type AttemptFilter = Partial<Pick<Attempt, 'out_trade_no' | 'out_refund_no' | 'attempt' | 'outcome'>>

/** What a test does with an emulator that listens. */
export type TestEmulator = {
  /** WeChat Pay's paths are below it: the base address of the program under test. */
  url: string
  /** Variables for a program with WeChat's addresses in its code; empty without `proxyFolder`. */
  environment: Record<string, string>
  accounts: () => Promise<AccountKeys[]>
  /** A tap on the buyer's phone; by default the payment succeeds. */
  pay: (outTradeNo: string, outcome?: 'success' | 'not_enough' | 'cancel') => Promise<void>
  /** Ends a refund that is processing; by itself it succeeds after five seconds of its clock. */
  endRefund: (outRefundNo: string, outcome: 'success' | 'closed' | 'abnormal') => Promise<void>
  /** Replaces all faults. */
  setFaults: (faults: FaultSettings) => Promise<void>
  /** Lets time pass on its clock; every delivery that fell due is made, and answered, when this resolves. */
  advance: (seconds: number) => Promise<void>
  /**
   * The next attempt to notify the program under test that no earlier call was given: one that is over already, or the
   * first to come. It resolves as soon as the program has replied, or has failed to. Attempts that a fault lost do not
   * count: the program never saw them.
   *
   * @param withinMs real time; by default ten seconds, after which it rejects and says what came instead
   */
  waitForNotification: (filter?: AttemptFilter, withinMs?: number) => Promise<Attempt>
  /** Waits for deliveries under way and forgets everything but the keys; then the seed is there again. */
  reset: () => Promise<void>
  /** Lets go of port and ledger. */
  stop: () => Promise<void>
}
