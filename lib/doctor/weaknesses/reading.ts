import { NOTICE_V2, NOTICE_V3, RULES_V2, type Weakness } from './weakness'

/** How messages are read. */
export const READING = {
  signs_empty_fields: {
    title: 'It signs empty fields',
    costs: 'Notifications with an empty field, such as device_info or attach, are refused: paid orders stay open.',
    rule: 'Fields without a value take no part in the signature.',
    source: RULES_V2,
    mend: "Skip '' when the text to sign is made; keep '0'.",
    impliedBy: ['refuses_genuine'],
  },
  drops_new_fields: {
    title: 'It does not cope with new fields',
    costs: 'The day WeChat adds a field, every payment is refused.',
    rule: 'Fields may be added at any time; they take part in the signature.',
    source: `${RULES_V2}; ${NOTICE_V3}`,
    mend: 'Sign all fields that came, not a list of known ones.',
    impliedBy: ['refuses_genuine'],
  },
  trims_values: {
    title: 'It trims values before it verifies',
    costs: 'Notifications whose attach ends with a space are refused.',
    rule: 'Values are signed exactly as they stand.',
    source: RULES_V2,
    mend: 'Switch trimming off in the XML parser; trim your own values before the order is placed.',
    impliedBy: ['refuses_genuine'],
  },
  confuses_coupons: {
    title: 'It does not cope with coupons',
    costs: 'Whoever pays with a coupon has paid, and the order stays open.',
    rule: 'The amount to compare is total_fee (v3: amount.total), not what the buyer paid; names are sorted by bytes, coupon_fee_10 before coupon_fee_2.',
    source: NOTICE_V2,
    mend: 'Compare total_fee, and sort names as plain text.',
    impliedBy: ['refuses_genuine'],
  },
  breaks_characters: {
    title: 'It does not cope with characters of four bytes',
    costs: 'Notifications with an emoji are refused.',
    rule: 'Text is UTF-8 and signed as bytes of UTF-8.',
    source: RULES_V2,
    mend: 'Read and store UTF-8 (MySQL: utf8mb4), and hash the bytes.',
    impliedBy: ['refuses_genuine'],
  },
  reads_cut: {
    title: 'It acknowledges a notification that was cut',
    costs: 'WeChat stops notifying although nothing could be processed.',
    rule: 'What cannot be read is answered FAIL, so that it is sent again.',
    source: NOTICE_V2,
    mend: 'Answer FAIL (v3: 4xx) whenever reading fails.',
    impliedBy: ['no_signature_check', 'accepts_unsigned'],
  },
  xxe: {
    title: 'It fetches external entities (XXE)',
    costs: 'Anybody can read files of the server, the key among them, and call addresses inside the network.',
    rule: 'DOCTYPE and external entities are refused.',
    source: 'WeChat Pay, advice on XML external entities (July 2018); CVE-2018-13439',
    mend: 'Switch DTDs and external entities off in the parser, or refuse every document with <!DOCTYPE.',
  },
  expands_entities: {
    title: 'It expands entities',
    costs: 'A few hundred bytes become gigabytes: anybody can stop the server.',
    rule: 'DOCTYPE and entities are refused.',
    source: 'WeChat Pay, advice on XML external entities (July 2018)',
    mend: 'Switch DTDs off in the parser, or refuse every document with <!DOCTYPE.',
    impliedBy: ['xxe', 'no_signature_check'],
  },
  falls_to_bomb: {
    title: 'It hangs or dies of nested entities',
    costs: 'Anybody can stop the server with one message.',
    rule: 'DOCTYPE and entities are refused.',
    source: 'WeChat Pay, advice on XML external entities (July 2018)',
    mend: 'Switch DTDs off in the parser, or refuse every document with <!DOCTYPE.',
    impliedBy: ['expands_entities'],
  },
} as const satisfies Record<string, Weakness>

export const REFUNDS = {
  refuses_refund: {
    title: 'It refuses a genuine refund notice',
    costs: 'Refunds that ended stay open, and WeChat repeats for 24 hours.',
    rule: 'A refund notice is acknowledged like a payment notification, also when it was processed already.',
    source: 'API v2, refund notification; API v3, refund notification',
    mend: 'Decrypt req_info with the lower-case MD5 of the key as 32 characters (v3: with the v3 key), and acknowledge.',
  },
  believes_refund: {
    title: 'It acknowledges a refund notice that it cannot have read',
    costs: 'A refund that failed counts as done, or news of it is lost.',
    rule: 'A notice that does not open with the own key, or is not signed by WeChat (v3), is refused.',
    source: 'API v2, refund notification; API v3, refund notification',
    mend: 'Answer FAIL (v3: 4xx) whenever decryption or verification fails.',
    impliedBy: ['no_signature_check'],
  },
} as const satisfies Record<string, Weakness>
