/**
 * A promise broken on purpose where no storm looks: at route handlers, in files and logs, around the process. `code` stands
 * in the file exactly once; the test with `title` in its name has to notice that it `becomes` something else.
 */
export type Sabotage = { name: string; file: string; code: string; becomes: string; test: string; title: string }

const CSV = { file: 'app/api/admin/orders/export/order-export.ts', test: 'test/journeys/admin-orders.test.ts' }
const EXPORT = { ...CSV, file: 'app/api/admin/list-export.ts' }
const LISTENER = { file: 'lib/net/listener.ts', test: 'test/net/listener.test.ts' }
const START = { file: 'lib/server/start.ts', test: 'test/server/start.test.ts' }
const STOP = { file: 'lib/server/stop.ts', test: 'test/server/stop.test.ts' }
const ROUTE = { file: 'app/api/route-handler.ts', test: 'test/journeys/route-handlers.test.ts' }
const ADMIN_LIMITS = { test: 'test/journeys/admin-limits.test.ts', becomes: '' }
const REFUND = { file: 'lib/wechat/v2/refund.ts', test: 'test/wechat/refund.test.ts' }
const V3 = { file: 'lib/wechat/v3/notification.ts', test: 'test/hostile/v3-verify.test.ts' }
const V3_MESSAGE = { ...V3, file: 'lib/wechat/v3/message.ts' }
const CONFIRM = { file: 'app/api/orders/[id]/confirm/route.ts', test: 'test/journeys/answers.test.ts' }
const LATEST = { title: 'for ever' }
const EVERY_ORDER = { title: 'each once, however many' }
const SPREADSHEET = { title: 'the exported list runs nothing in a spreadsheet' }

export const SABOTAGES: Sabotage[] = [
  {
    ...CSV,
    ...EVERY_ORDER,
    name: 'the exported list has no amounts',
    code: 'writeYuan(order.amountFen),',
    becomes: "'',",
  },
  {
    ...CSV,
    name: 'every order of the exported list is paid',
    code: '    order.status,',
    becomes: "'paid',",
    title: 'each order with its own status',
  },
  {
    ...EXPORT,
    ...EVERY_ORDER,
    name: 'the exported list ends after some hundred orders',
    code: 'let after: Row | null = null; ; ) {',
    becomes: 'let after: Row | null = null, left = 3; left > 0; left -= 1) {',
  },
  {
    ...EXPORT,
    ...SPREADSHEET,
    name: 'a spreadsheet runs what a name begins with',
    code: 'escape_formulas: true',
    becomes: 'escape_formulas: false',
  },
  {
    ...EXPORT,
    ...SPREADSHEET,
    name: 'an export is written down as done before it is',
    code: 'if (next.done) {',
    becomes: "await end('done')\n        if (next.done) {",
  },
  {
    name: 'the log tells secrets',
    file: 'lib/server/log.ts',
    code: 'pino({ level, redact, base: null }',
    becomes: 'pino({ level, base: null }',
    test: 'test/server/log.test.ts',
    title: 'masks sign wherever it stands',
  },
  {
    name: 'the ledger keeps the cookies of who writes to the notify URL',
    file: 'app/api/wechat/notify/receive.ts',
    code: "secret.test(name) ? '***' : value",
    becomes: 'value',
    test: 'test/journeys/notification.test.ts',
    title: 'what opens routes is not written down with a message',
  },
  {
    name: 'the notify URL takes bodies of any size',
    file: 'app/api/wechat/notify/receive.ts',
    code: 'bytesMax: 64 * 1024',
    becomes: 'bytesMax: 64_000 * 1024',
    test: 'test/journeys/notification.test.ts',
    title: 'a body beyond 64 KiB is not read',
  },
  {
    ...LISTENER,
    ...LATEST,
    name: 'a request may take a thousand times as long to arrive',
    code: 'requestTimeout: REQUEST_MS_MAX',
    becomes: 'requestTimeout: REQUEST_MS_MAX * 1_000',
  },
  {
    ...LISTENER,
    ...LATEST,
    name: 'headers may take a thousand times as long to arrive',
    code: 'headersTimeout: REQUEST_MS_MAX / 2',
    becomes: 'headersTimeout: REQUEST_MS_MAX * 500',
  },
  { ...LISTENER, ...LATEST, name: 'an answer may rest', code: 'server.timeout = STALLED_MS_MAX', becomes: '' },
  {
    ...LISTENER,
    name: 'a server that stops answers nobody',
    code: 'connections.endAfterAnswers()',
    becomes: 'connections.endNow()',
    title: 'stopping answers what was sent',
  },
  {
    ...STOP,
    name: 'SIGTERM does not wait for open requests',
    code: 'await Promise.all([listener.stop(ANSWERS_MS_MAX), own.drain?.()])',
    becomes: 'await own.drain?.()',
    title: 'answers what was asked, then closes the store',
  },
  {
    ...STOP,
    name: 'SIGTERM waits for open requests for ever',
    code: 'setTimeout(() => program.exit(0), sendAwayMs + STOP_MS_MAX)',
    becomes: '',
    title: 'does not keep the process from ending',
  },
  {
    ...START,
    name: 'pages of one process do not hear what another process did',
    code: 'if (now !== before) watch.wakeAll()',
    becomes: '',
    title: 'pages hear of an order that another process changed',
  },
  {
    ...START,
    name: 'the worker is not started',
    code: 'await tick(runtime.shop)',
    becomes: '',
    title: 'that no notification told of',
  },
  {
    ...START,
    name: 'a page that waits keeps the process from ending',
    code: 'runtime.watch.close()',
    becomes: '',
    title: 'pages stop waiting',
  },
  {
    ...CONFIRM,
    name: 'confirming a paid order answers with nothing',
    code: 'return json(await viewOf(shop, params.id, requestLocale(request)))',
    becomes: "return json(order.status === 'paid' ? {} : await viewOf(shop, params.id, requestLocale(request)))",
    title: 'confirming a paid order',
  },
  {
    ...CONFIRM,
    name: 'confirming guesses when WeChat does not answer',
    code: "if (known === 'unknown') return problem('wechat_unavailable')",
    becomes: '',
    title: 'to confirm says so',
  },
  {
    ...CONFIRM,
    name: 'cancelling guesses when WeChat does not answer',
    file: 'app/api/orders/[id]/cancel/route.ts',
    code: "if (!cancelled.ok && cancelled.reason === 'wechat_unavailable') return problem('wechat_unavailable')",
    becomes: '',
    title: 'to cancel says so',
  },
  {
    ...ADMIN_LIMITS,
    name: 'the tool for signatures has no limit',
    file: 'app/api/admin/signature/route.ts',
    code: "if (!taken.isAllowed) return problem('too_many_requests')",
    title: 'message explained',
  },
  {
    ...ADMIN_LIMITS,
    name: 'exports have no limit',
    file: 'app/api/admin/list-export.ts',
    code: "if (!taken.isAllowed) return redirect(withProblem(list.pathOf(filter), 'too_many_requests'))",
    title: 'file of all orders',
  },
  {
    ...ADMIN_LIMITS,
    name: 'replays have no limit',
    file: 'app/api/admin/notifications/[id]/replay/route.ts',
    code: "if (!taken.isAllowed) return redirect(withProblem(page, 'too_many_requests'))",
    title: 'message replayed',
  },
  {
    ...ROUTE,
    name: 'another site fills the cart',
    code: "if (!isSameOrigin(visit.request, visit.runtime.config.publicUrl)) return problem('forbidden_origin')",
    becomes: '',
    title: 'a form of another site is refused at /api/cart',
  },
  {
    ...ROUTE,
    name: "another site acts with a shopper's cookie",
    code: "if (access === 'cookie' && isChange(visit) && !isSameOrigin(request, runtime.config.publicUrl)) {",
    becomes: 'if (access === null) {',
    title: "a cookie moves an order only from the shop's own pages",
  },
  {
    ...ROUTE,
    name: 'an order opens to everybody',
    code: "if (access === null) return problem('not_found')",
    becomes: '',
    title: 'an order does not exist for those who cannot prove it is theirs',
  },
  {
    ...ROUTE,
    name: "a stranger uses up the acts of an order's owner",
    code: 'isChange(visit) && isOwner ?',
    becomes: 'isChange(visit) ?',
    test: 'test/journeys/limits.test.ts',
    title: 'a stranger does not use them up',
  },
  {
    ...REFUND,
    name: 'a refund goes out without the certificate',
    code: 'fetch: certified.fetch',
    becomes: 'fetch: client.fetch',
    title: 'goes the way of the certificate',
  },
  {
    ...REFUND,
    test: 'test/wechat/refund-query.test.ts',
    name: 'a part of the refunds passes for all of them',
    code: 'if (refunds.length >= page.total) return',
    becomes: 'if (refunds.length > 0) return',
    title: 'ten by ten',
  },
  {
    ...REFUND,
    name: 'an acceptance is believed whatever amount it names',
    code: 'readFen(fields.refund_fee) === amountFen',
    becomes: 'readFen(fields.refund_fee) !== null',
    title: 'another amount proves nothing',
  },
  {
    name: 'a refund notice for another merchant is taken for ours',
    file: 'lib/wechat/v2/refund-notification.ts',
    code: "if (!isOurs) return { ...texts, authentic: false, verdict: 'not_ours' }",
    becomes: '',
    test: 'test/wechat/refund-notification.test.ts',
    title: 'another merchant is not believed',
  },
  {
    ...V3_MESSAGE,
    name: 'a message of v3 may be as old as it likes',
    code: 'const isInTime = isFresh(claimed.timestamp, at)',
    becomes: 'const isInTime = true',
    title: 'window: -300 seconds by our clock',
  },
  {
    ...V3_MESSAGE,
    name: 'a signature of v3 is checked over the JSON that was read',
    code: 'messageText({ ...claimed, body })',
    becomes: "messageText({ ...claimed, body: JSON.stringify(JSON.parse(Buffer.from(body).toString('utf8'))) })",
    title: 'tampered: written again with blanks',
  },
  {
    ...V3,
    name: 'whose serial a message of v3 names makes no difference',
    code: 'await keys.get(claimed.serial)',
    becomes: '{ ok: true, key: keys.all()[0].key }',
    title: 'header: an unknown certificate',
  },
  {
    ...V3,
    name: 'a signature probe passes',
    code: 'if (claimed === null) return { ...texts',
    becomes: `if (checks.some((it) => it.name === 'not_a_probe' && !it.passed)) return verifyContent(account, body, { ...texts, checks })
  if (claimed === null) return { ...texts`,
    title: 'signature: a probe',
  },
  {
    ...V3,
    name: 'what is sealed is opened before the signature is looked at',
    code: 'if (checks.some(({ passed }) => !passed)) return',
    becomes: `const content = verifyContent(account, body, { ...texts, checks: [...checks] })
  if (!content.authentic) return content
  if (checks.some(({ passed }) => !passed)) return`,
    title: 'tampered: a byte of the ciphertext',
  },
  {
    ...V3,
    file: 'lib/wechat/v3/trade.ts',
    name: 'what the payer gave is compared in place of the total',
    code: 'amount: z.object({ total: fen, currency: z.string().max(16).optional() }),',
    becomes: `amount: z
    .object({ payer_total: fen, currency: z.string().max(16).optional() })
    .transform(({ payer_total: total, ...it }) => ({ total, ...it })),`,
    title: 'number: a coupon: the payer gave less',
  },
]
