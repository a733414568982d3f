import { NOTICE_V2, NOTICE_V3, type Weakness } from './weakness'

/** The form of the answer. */
export const ANSWER = {
  answers_late: {
    title: 'It answers later than WeChat waits',
    costs: 'WeChat counts the notification as failed and repeats it, however well it was processed.',
    rule: 'The answer must be there within 5 seconds. Only v3 names the number.',
    source: NOTICE_V3,
    mend: 'Verify, query, store and answer; mails, stock systems and printers come after the answer.',
  },
  answers_json: {
    title: 'It answers JSON where XML is expected',
    costs: 'WeChat cannot read it: each payment is notified again for 24 hours.',
    rule: 'API v2 reads one XML document with return_code.',
    source: NOTICE_V2,
    mend: 'Answer <xml><return_code><![CDATA[SUCCESS]]></return_code><return_msg><![CDATA[OK]]></return_msg></xml>.',
  },
  answers_html: {
    title: 'It answers a page',
    costs: 'WeChat cannot read it: each payment is notified again for 24 hours.',
    rule: 'API v2 reads one XML document with return_code; API v3 reads the status.',
    source: NOTICE_V2,
    mend: 'Give the notify URL a route of its own, without the layout of the site.',
  },
  login_wall: {
    title: 'The notify URL is behind a login',
    costs: 'No notification is ever processed.',
    rule: 'The notify URL is reachable without a login, a token or a check for forged forms.',
    source: 'API v2, unifiedorder, notify_url',
    mend: 'Take the route out of the login filter and of the CSRF filter; the signature is its protection.',
  },
  redirects: {
    title: 'It redirects',
    costs: 'WeChat does not follow: no notification is ever processed.',
    rule: 'The notify URL answers itself.',
    source: 'API v2, unifiedorder, notify_url',
    mend: 'Name the final address as notify_url: https, with or without the slash at the end, and without a login.',
  },
  answers_other: {
    title: 'Its answer is not exactly one XML document',
    costs: 'WeChat cannot read it: each payment is notified again for 24 hours.',
    rule: 'One XML document with return_code, nothing before or after it.',
    source: NOTICE_V2,
    mend: 'Print the XML once and end; no byte order mark, no debug output, no plain SUCCESS behind it.',
  },
  wrong_status: {
    title: 'It acknowledges with a status that is no success',
    costs: 'WeChat may count it as failed and repeat.',
    rule: 'HTTP 200 in v2; 200 or 204 in v3.',
    source: `${NOTICE_V2}; ${NOTICE_V3}`,
    mend: 'Answer with status 200.',
  },
  no_route: {
    title: 'There is no route at the notify URL',
    costs: 'No notification is ever processed.',
    rule: 'The notify URL takes POST.',
    source: 'API v2, unifiedorder, notify_url',
    mend: 'Register the route for POST at the very path that notify_url names.',
  },
  no_answer: {
    title: 'It breaks off the connection',
    costs: 'WeChat counts the notification as failed.',
    rule: 'Every notification is answered.',
    source: NOTICE_V2,
    mend: 'Catch errors at the edge and answer FAIL; look for a crash in the log.',
  },
} as const satisfies Record<string, Weakness>
