import { NOTICE_V2, NOTICE_V3, type Weakness } from './weakness'

/** Genuine news that is lost. */
export const LOSS = {
  refuses_genuine: {
    title: 'It refuses a genuine notification',
    costs: 'The buyer has paid and the order stays open.',
    rule: 'A genuine notification is acknowledged once the order is paid.',
    source: NOTICE_V2,
    mend: 'Look at the reply above and at the log of the program: the emulator shows the text that is signed at its first page.',
  },
  acknowledges_before_storing: {
    title: 'It acknowledges before the payment is stored',
    costs: 'When the query or the store fails after the answer, WeChat never comes again and the payment is lost.',
    rule: 'SUCCESS is answered when the result is on disk; any doubt is answered so that WeChat repeats.',
    source: NOTICE_V2,
    mend: 'Verify, query, store, and only then answer; answer FAIL when one of them failed.',
  },
  never_recovers: {
    title: 'A failure while processing cannot be made good',
    costs: 'WeChat comes again, and the order stays unpaid all the same.',
    rule: 'A repeated notification is processed as if it were the first when the first one failed.',
    source: NOTICE_V2,
    mend: 'Mark a notification as processed in the same transaction that pays the order, never before.',
  },
  fails_repeats: {
    title: 'It refuses a notification that it processed already',
    costs: 'WeChat goes on for 24 hours, and each repeat is a chance to process it twice.',
    rule: 'The same notification may come several times; what was processed already is acknowledged.',
    source: `${NOTICE_V2}; ${NOTICE_V3}`,
    mend: 'When the order is paid by this transaction_id already, answer SUCCESS and change nothing.',
  },
  breaks_at_once: {
    title: 'It breaks when a notification comes twice at once',
    costs: 'Two handlers work on one order: goods are sent twice, or an error page answers WeChat.',
    rule: 'Notifications may come within seconds of each other and from several servers.',
    source: NOTICE_V2,
    mend: 'Lock the order, or change it by one conditional update, and make transaction_id unique.',
  },
  loses_early: {
    title: 'It loses a notification that overtakes the answer of the order call',
    costs: 'The buyer was quick, and the order stays open.',
    rule: 'A notification may arrive before the answer of unifiedorder was stored.',
    source: NOTICE_V2,
    mend: 'Write the payment down before WeChat is called; answer FAIL for a number that is not there yet.',
  },
  float_money: {
    title: 'It computes money in floating point',
    costs: 'Genuine payments of some amounts, such as 19.90 or 0.29 yuan, are refused.',
    rule: 'Amounts are whole fen.',
    source: 'API v2, parameter rules',
    mend: 'Keep fen as integers from the order to the comparison; never multiply yuan by 100.',
    impliedBy: ['refuses_genuine'],
  },
} as const satisfies Record<string, Weakness>
