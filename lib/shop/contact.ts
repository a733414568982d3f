/** What a buyer may leave with an order, none of which is needed to buy; null what they left out. */
export type Contact = { email: string | null; phone: string | null; address: string | null; note: string | null }

export const NO_CONTACT: Contact = { email: null, phone: null, address: null, note: null }

/** Only digits count of a phone number, and of those the last so many: `+86` in front of it is the same phone. */
const PHONE_DIGITS = 11

/** An e-mail or a phone number as two of them are compared: however it is written, it is the same. */
export function plainContact(text: string): string {
  const said = text.normalize('NFKC').trim()
  return said.includes('@') ? said.toLowerCase() : said.replace(/\D/g, '').slice(-PHONE_DIGITS)
}

/** What somebody may say to show that an order is theirs. */
export function proofsOf({ email, phone }: Contact): string[] {
  return [email, phone].filter((it) => it !== null).map(plainContact)
}

/** As those see it who need not know it: enough to recognise, and not enough to use. */
export function maskContact({ email, phone, address, note }: Contact): Contact {
  return {
    email: email?.replace(/^(.).*(?=@)/u, '$1***') ?? null,
    phone: phone && `${phone.slice(0, 3)}****${phone.slice(-2)}`,
    address: address && '***',
    note: note && '***',
  }
}
