/* What texts must be like that buyers read at WeChat. */

/** WeChat takes characters of up to three bytes only, and SDKs differ in trimming: neither may decide a signature. */
export function allowed(text: string): string {
  return text.replace(/[\u{10000}-\u{10ffff}\p{C}]/gu, '').trim()
}

/** As many whole characters as fit. */
export function cut(text: string, bytesMax: number): string {
  let kept = ''
  for (const character of text) {
    if (Buffer.byteLength(kept + character) > bytesMax) break
    kept += character
  }
  return kept.trim()
}
