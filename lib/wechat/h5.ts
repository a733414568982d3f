/** Where WeChat's H5 page goes back to; only this may be added to its link (documentation of H5 payment). */
export function withRedirect(mwebUrl: string, returnUrl: string): string {
  return `${mwebUrl}&redirect_url=${encodeURIComponent(returnUrl)}`
}

/** Whether a buyer's browser may be sent there: a text with another scheme would do something else. */
export function isWebAddress(text: string | undefined): boolean {
  return /^https?:$/.test(URL.parse(text ?? '')?.protocol ?? '')
}

/** WeChat's have 64 at most (unifiedorder); one that no QR code can hold would make the order's page fail. */
export const CODE_URL_LENGTH_MAX = 512
