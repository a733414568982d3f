import { GUIDE, NOTICE_V2, NOTICE_V3, RULES_V2, VERIFY_V3, type Weakness } from './weakness'

/** Who is taken for WeChat Pay. */
export const TRUST = {
  no_signature_check: {
    title: 'It does not verify the signature',
    costs: 'Anybody who knows the address can tell it that an order is paid.',
    rule: 'The signature of each notification is verified with the own key before anything else is believed.',
    source: `${RULES_V2}; ${VERIFY_V3}`,
    mend: 'Compute the signature over all fields (v3: over timestamp, nonce and the raw body), compare in constant time, and end there when it differs.',
  },
  accepts_unsigned: {
    title: 'It accepts a notification without a signature',
    costs: 'Anybody can tell it that an order is paid by leaving the signature out.',
    rule: 'A notification without a signature is treated as one with a wrong signature.',
    source: `${RULES_V2}; ${VERIFY_V3}`,
    mend: 'Verify unconditionally: no `if (sign)` around the check.',
    impliedBy: ['no_signature_check'],
  },
  lets_sign_type_decide: {
    title: 'It lets the notification choose how it is verified',
    costs: 'A sender who names a type that the program does not check gets in.',
    rule: 'Only MD5 and HMAC-SHA256 exist, and both are verified with the own key.',
    source: RULES_V2,
    mend: 'Verify with the type that the order was placed with; treat any other as a wrong signature.',
    impliedBy: ['no_signature_check'],
  },
  trusts_notice: {
    title: 'It trusts the notification without a query',
    costs: 'Whoever learns the key, or finds a gap in the check, takes goods that nobody paid for.',
    rule: 'A notification is a hint. The order query is the truth: an order becomes paid when the query says so.',
    source: GUIDE,
    mend: 'Query the order before its status changes, and compare trade_state, amount and number of the answer.',
  },
  no_amount_check: {
    title: 'It does not compare the amount',
    costs: 'An order over 100 yuan becomes paid by 1 fen.',
    rule: 'total_fee (v3: amount.total) must be the amount of the order, fen for fen.',
    source: `${NOTICE_V2}; ${NOTICE_V3}`,
    mend: 'Compare the amount of the notification and of the query with the stored amount; on a difference alarm somebody and answer FAIL.',
  },
  no_merchant_check: {
    title: 'It does not compare appid and merchant number',
    costs: 'A payment to another account of the same owner counts as one to this shop.',
    rule: 'appid and mch_id (v3: mchid) must be the own ones.',
    source: `${NOTICE_V2}; ${NOTICE_V3}`,
    mend: 'Compare both with the configured account, and answer FAIL when one differs.',
  },
  acknowledges_unknown: {
    title: 'It acknowledges payments of orders that it does not know',
    costs: 'After a restored backup WeChat stops notifying, and the money of those orders is seen by nobody.',
    rule: 'SUCCESS is answered for what was processed.',
    source: NOTICE_V2,
    mend: 'Answer FAIL for an unknown out_trade_no, keep the notification, and alarm somebody.',
  },
  ignores_result: {
    title: 'It takes a failed payment for a paid one',
    costs: 'Goods leave although the bank refused.',
    rule: 'return_code, result_code and trade_state must all be SUCCESS.',
    source: NOTICE_V2,
    mend: 'Look at result_code (v3: trade_state) after the signature, and change nothing when it is not SUCCESS.',
  },
  paid_after_close: {
    title: 'Late money makes a closed order paid',
    costs: 'Its goods went back into stock and may be sold twice; nobody decides about the money.',
    rule: 'Money for a closed order is kept apart, then refunded or fulfilled by somebody.',
    source: GUIDE,
    mend: 'Record the payment beside the closed order, acknowledge it, and refund or decide by hand.',
  },
} as const satisfies Record<string, Weakness>

/** What only v3 has. */
export const TRUST_V3 = {
  accepts_probe: {
    title: 'It accepts signature probes',
    costs: 'WeChat sends wrong signatures on purpose; who accepts them accepts forgeries, and may be cut off.',
    rule: 'A signature that begins with WECHATPAY/SIGNTEST/ is refused like any wrong one.',
    source: VERIFY_V3,
    mend: 'Make no exception for the prefix: verify, and answer 4xx.',
    impliedBy: ['no_signature_check'],
  },
  ignores_timestamp: {
    title: 'It accepts old notifications',
    costs: 'A notification that was recorded once can be played again at any time.',
    rule: 'A Wechatpay-Timestamp more than 5 minutes off is refused.',
    source: VERIFY_V3,
    mend: 'Compare the header with the own clock before the signature, and keep the clock synchronised.',
    impliedBy: ['no_signature_check'],
  },
  ignores_serial: {
    title: 'It does not look at Wechatpay-Serial',
    costs: 'When WeChat changes its key, genuine notifications fail; a withdrawn key stays good.',
    rule: 'The key is looked up by Wechatpay-Serial; an unknown one is refused after the certificates were refreshed once.',
    source: VERIFY_V3,
    mend: 'Keep a map from serial to key, with the id of the public key in it.',
    impliedBy: ['no_signature_check'],
  },
  skips_tag: {
    title: 'It reads an encrypted part that was altered',
    costs: 'What was decrypted can be anything; who alters it decides about amounts.',
    rule: 'AEAD_AES_256_GCM: a wrong key, nonce, associated data or any altered byte must fail.',
    source: 'API v3, decryption of notifications',
    mend: 'Set the tag and the associated data, and call `final()`; treat its error as a refusal.',
  },
  fails_with_200: {
    title: 'It says FAIL with status 200',
    costs: 'WeChat looks at the status only: it stops notifying, and the payment is lost.',
    rule: 'A retry is asked for by 4xx or 5xx; 200 and 204 acknowledge whatever the body says.',
    source: NOTICE_V3,
    mend: 'Answer 4xx or 5xx with { "code": "FAIL", "message": … }.',
  },
} as const satisfies Record<string, Weakness>
