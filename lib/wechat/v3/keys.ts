import type { KeyObject } from 'node:crypto'

/** One of the keys with which WeChat signs: of a platform certificate, or WeChat Pay's public key, which has no end. */
export type WeChatKey = { serial: string; key: KeyObject; startsAt: number; endsAt: number }

/** `unknown_serial`: neither known nor, as far as may be asked now, one of WeChat's. */
export type FoundKey = { ok: true; key: KeyObject } | { ok: false; reason: 'unknown_serial' | 'certificate_expired' }

export type WeChatKeys = {
  /** The key with a serial, among those that are here. */
  find(serial: string): FoundKey
  /** The same; one that is not here may be new, so that WeChat's certificates are downloaded, but seldom. */
  get(serial: string): Promise<FoundKey>
  /** Downloads the certificates when that was long ago. */
  keepFresh(): Promise<void>
  /** All that are here, also those that expired: for somebody who asks which of them signed. */
  all(): WeChatKey[]
}

/** What a download brings; null when there is no trustworthy answer. */
export type Download = () => Promise<WeChatKey[] | null>

/** Certificates are renewed within twelve hours of the last time (API v3, platform certificates). */
const FRESH_MS = 11 * 3600_000
/** Anybody can send us a serial that nobody knows; so often at most WeChat is called because of it. */
const PAUSE_MS = 60_000
/** So many certificates are kept at most; WeChat has two at a time, while it changes from one to the next. */
const KEPT_MAX = 10

/** Ids of public keys; all other serials are certificates' (API v3, verification). */
export const isPublicKeyId = (serial: string) => serial.startsWith('PUB_KEY_ID_')

const CERTIFICATE_SERIAL = /^[\dA-F]{8,40}$/

/**
 * With which keys WeChat signs. Both kinds may be in use at once: while a merchant changes from certificates to the public
 * key, messages with either come in.
 */
export function openKeys({
  publicKey,
  download,
  now,
}: {
  publicKey: { id: string; key: KeyObject } | null
  download: Download
  now: () => number
}): WeChatKeys {
  const certificates = new Map<string, WeChatKey>()
  let askedAt = Number.NEGATIVE_INFINITY
  let freshUntil = Number.NEGATIVE_INFINITY
  let asking: Promise<void> | null = null

  const keep = (keys: WeChatKey[]) => {
    for (const it of keys) certificates.set(it.serial, it)
    const expired = [...certificates.values()].filter((it) => it.endsAt <= now())
    // One that expired is only told apart from an unknown one; the oldest go first.
    for (const { serial } of expired.slice(0, Math.max(0, certificates.size - KEPT_MAX))) certificates.delete(serial)
  }
  const ask = async () => {
    const keys = await download()
    if (keys === null) return
    keep(keys)
    freshUntil = now() + FRESH_MS
  }
  /** Whoever asks meanwhile gets the same answer. */
  const askOnce = (): Promise<void> => {
    askedAt = now()
    asking ??= ask().finally(() => {
      asking = null
    })
    return asking
  }
  const mayAsk = () => asking !== null || Math.abs(now() - askedAt) >= PAUSE_MS

  const find = (serial: string): FoundKey => {
    if (serial === publicKey?.id) return { ok: true, key: publicKey.key }
    const found = certificates.get(serial.toUpperCase())
    if (found === undefined) return { ok: false, reason: 'unknown_serial' }
    const isInTerm = found.startsAt <= now() && now() < found.endsAt
    return isInTerm ? { ok: true, key: found.key } : { ok: false, reason: 'certificate_expired' }
  }

  return {
    find,
    async get(serial) {
      const known = find(serial)
      const mayBeNew = !known.ok && known.reason === 'unknown_serial' && CERTIFICATE_SERIAL.test(serial.toUpperCase())
      if (!mayBeNew || !mayAsk()) return known
      await askOnce()
      return find(serial)
    },
    async keepFresh() {
      // With the public key alone, certificates are needed only when a message names one.
      const isNeeded = publicKey === null || certificates.size > 0
      if (isNeeded && now() >= freshUntil && mayAsk()) await askOnce()
    },
    all() {
      const own = publicKey && {
        serial: publicKey.id,
        key: publicKey.key,
        startsAt: 0,
        endsAt: Number.POSITIVE_INFINITY,
      }
      return [...(own === null ? [] : [own]), ...certificates.values()]
    },
  }
}
