import type { BetterAuthOptions } from 'better-auth'
import { twoFactor } from 'better-auth/plugins'
import { afterEach, beforeEach, expect, test } from 'vitest'
import type { Database } from '@/db/open'
import { MINUTE, NOW } from './samples'

export type OpenAccounts = () => Promise<Pick<Database, 'team' | 'attempts' | 'secret' | 'accounts' | 'close'>>

const ANN = { email: 'ann@shop.example', role: 'operator', passwordHash: 'hash of ann', at: NOW } as const
const BEN = { email: 'ben@shop.example', role: 'viewer', passwordHash: 'hash of ben', at: NOW + 1 } as const

/** How the shop uses the library. */
const LIBRARY: BetterAuthOptions = {
  user: { additionalFields: { role: { type: 'string', required: true } } },
  plugins: [twoFactor()],
}

/** What every store has to hold about admins, their sessions, attempts to sign in, and keys of the shop. */
export function accountsContract(open: OpenAccounts): void {
  let database: Awaited<ReturnType<OpenAccounts>>
  beforeEach(async () => {
    database = await open()
  })
  afterEach(() => database.close())

  const idOf = async (email: string) => (await database.team.find(email))?.id ?? ''
  const both = async () => {
    for (const one of [ANN, BEN]) expect(await database.team.add(one)).toBe(true)
    return { ann: await idOf(ANN.email), ben: await idOf(BEN.email) }
  }

  /** Signs somebody in as the library does; gives the session's number. */
  async function signIn(userId: string, startedAt: number, changes: Record<string, unknown> = {}): Promise<string> {
    const times = { createdAt: new Date(startedAt), updatedAt: new Date(startedAt), expiresAt: new Date(startedAt * 2) }
    const row = {
      userId,
      token: `token-${Math.random()}`,
      ipAddress: '::1',
      userAgent: 'browser',
      ...times,
      ...changes,
    }
    const { id } = await database.accounts(LIBRARY).create({ model: 'session', data: row })
    return String(id)
  }
  const sessionsOf = async (userId: string) => (await database.team.listSessions(userId)).map(({ id }) => id)

  /** A second step as the library keeps it. */
  async function withSecondStep(userId: string, verified: boolean): Promise<void> {
    const accounts = database.accounts(LIBRARY)
    const where = [{ field: 'id', value: userId }]
    await accounts.update({ model: 'user', where, update: { twoFactorEnabled: verified } })
    await accounts.create({
      model: 'twoFactor',
      data: { userId, secret: 'encrypted', backupCodes: 'encrypted too', verified },
    })
  }

  test('the team is listed in the order in which it grew, with sessions and when each was seen', async () => {
    expect(await database.team.list()).toEqual([])
    const { ann, ben } = await both()
    await database.team.add({ ...BEN, email: 'early@shop.example', at: NOW - 1 })
    await signIn(ann, NOW + 5)
    await signIn(ann, NOW + 9)
    const nobody = { hasSecondFactor: false, sessions: 0, seenAt: null }
    expect(await database.team.list()).toEqual([
      {
        ...nobody,
        id: await idOf('early@shop.example'),
        email: 'early@shop.example',
        role: 'viewer',
        addedAt: NOW - 1,
      },
      { ...nobody, id: ann, email: ANN.email, role: 'operator', addedAt: NOW, sessions: 2, seenAt: NOW + 9 },
      { ...nobody, id: ben, email: BEN.email, role: 'viewer', addedAt: NOW + 1 },
    ])
  })

  test('who came at the same instant is always listed in the same order', async () => {
    const emails = Array.from({ length: 6 }, (_, n) => `admin${n}@shop.example`)
    for (const email of emails) await database.team.add({ ...BEN, email })
    const ids = (await database.team.list()).map(({ id }) => id)
    expect(ids).toEqual([...ids].sort())
  })

  test('an e-mail is one admin’s, and whoever comes second changes nothing', async () => {
    expect(await database.team.add(ANN)).toBe(true)
    const found = await database.team.find(ANN.email)
    expect(found).toEqual({
      id: expect.any(String),
      email: ANN.email,
      role: 'operator',
      passwordMark: expect.any(String),
    })
    expect(found?.passwordMark).toMatch(/^[\w-]{16}$/)
    expect(await database.team.add({ ...BEN, email: ANN.email })).toBe(false)
    expect(await database.team.find(ANN.email)).toEqual(found)
    expect(await database.team.find('nobody@shop.example')).toBeNull()
  })

  test('the library finds the password of an admin and an e-mail that counts as confirmed', async () => {
    const { ann } = await both()
    const accounts = database.accounts(LIBRARY)
    const user = await accounts.findOne({ model: 'user', where: [{ field: 'id', value: ann }] })
    expect(user).toMatchObject({ email: ANN.email, name: ANN.email, emailVerified: true, role: 'operator' })
    const account = await accounts.findOne({ model: 'account', where: [{ field: 'userId', value: ann }] })
    const password = { accountId: ann, providerId: 'credential', password: ANN.passwordHash }
    expect(account).toMatchObject({ ...password, createdAt: new Date(NOW), updatedAt: new Date(NOW) })
  })

  test('another password has another mark, and ends the sessions of that admin alone', async () => {
    const { ann, ben } = await both()
    await signIn(ann, NOW)
    const session = await signIn(ben, NOW)
    const marks = [await database.team.find(ANN.email), await database.team.find(BEN.email)]
    expect(await database.team.setPassword(ANN.email, 'another hash')).toBe(true)
    expect(await database.team.setPassword('nobody@shop.example', 'another hash')).toBe(false)
    expect((await database.team.find(ANN.email))?.passwordMark).not.toBe(marks[0]?.passwordMark)
    expect(await database.team.find(BEN.email)).toEqual(marks[1])
    expect([await sessionsOf(ann), await sessionsOf(ben)]).toEqual([[], [session]])
  })

  test('an account elsewhere is neither an admin’s password nor changed with it', async () => {
    const { ann } = await both()
    const mark = (await database.team.find(ANN.email))?.passwordMark
    const elsewhere = { accountId: 'a', providerId: 'elsewhere', password: 'kept there' }
    const times = { createdAt: new Date(NOW), updatedAt: new Date(NOW) }
    const accounts = database.accounts(LIBRARY)
    const { id } = await accounts.create({ model: 'account', data: { ...elsewhere, userId: ann, ...times } })
    expect((await database.team.find(ANN.email))?.passwordMark).toBe(mark)
    await database.team.setPassword(ANN.email, 'another hash')
    const kept = await accounts.findOne({ model: 'account', where: [{ field: 'id', value: String(id) }] })
    expect(kept).toMatchObject(elsewhere)
  })

  test('a role is changed, and the answer says who it was before', async () => {
    const { ann, ben } = await both()
    expect(await database.team.changeRole(ben, 'operator')).toEqual({
      ok: true,
      member: { email: BEN.email, role: 'viewer' },
    })
    expect(await database.team.changeRole(ann, 'viewer')).toEqual({
      ok: true,
      member: { email: ANN.email, role: 'operator' },
    })
    expect((await database.team.list()).map(({ role }) => role)).toEqual(['viewer', 'operator'])
    expect(await database.team.changeRole('nobody', 'viewer')).toEqual({ ok: false, reason: 'not_found' })
  })

  test('the last operator stays one, and viewers come and go', async () => {
    const { ann, ben } = await both()
    const refused = { ok: false, reason: 'last_operator' }
    expect(await database.team.changeRole(ann, 'viewer')).toEqual(refused)
    expect(await database.team.remove(ann)).toEqual(refused)
    expect(await database.team.changeRole(ann, 'operator')).toMatchObject({ ok: true })
    expect(await database.team.changeRole(ben, 'viewer')).toMatchObject({ ok: true })
    expect(await database.team.remove(ben)).toEqual({ ok: true, member: { email: BEN.email, role: 'viewer' } })
    expect(await database.team.remove(ben)).toEqual({ ok: false, reason: 'not_found' })
    expect((await database.team.list()).map(({ email, role }) => [email, role])).toEqual([[ANN.email, 'operator']])
  })

  test('of two operators one can be taken out, with password and sessions', async () => {
    const { ann, ben } = await both()
    await database.team.changeRole(ben, 'operator')
    await signIn(ann, NOW)
    const kept = await signIn(ben, NOW)
    expect(await database.team.remove(ann)).toEqual({ ok: true, member: { email: ANN.email, role: 'operator' } })
    expect(await database.team.find(ANN.email)).toBeNull()
    expect([await sessionsOf(ann), await sessionsOf(ben)]).toEqual([[], [kept]])
    const where = [{ field: 'userId', value: ann }]
    expect(await database.accounts(LIBRARY).findOne({ model: 'account', where })).toBeNull()
    expect(await database.team.remove(ben)).toMatchObject({ reason: 'last_operator' })
  })

  test('two operators cannot take each other out at once', async () => {
    const { ann, ben } = await both()
    await database.team.changeRole(ben, 'operator')
    const outcomes = await Promise.all([database.team.remove(ann), database.team.remove(ben)])
    expect(outcomes.map(({ ok }) => ok)).toEqual([true, false])
  })

  test('a second step is there once it is begun, counts once it is confirmed, and can be taken away', async () => {
    const { ann, ben } = await both()
    expect(await database.team.findSecondFactor(ann)).toBeNull()
    await withSecondStep(ann, false)
    const texts = { secret: 'encrypted', recoveryCodes: 'encrypted too' }
    expect(await database.team.findSecondFactor(ann)).toEqual({ ...texts, isConfirmed: false })
    expect(await database.team.removeSecondFactor(ann)).toEqual({ ok: false, reason: 'not_found' })
    expect(await database.team.removeSecondFactor('nobody')).toEqual({ ok: false, reason: 'not_found' })

    await withSecondStep(ben, true)
    expect(await database.team.findSecondFactor(ben)).toEqual({ ...texts, isConfirmed: true })
    expect((await database.team.list()).map(({ hasSecondFactor }) => hasSecondFactor)).toEqual([false, true])
    const kept = await signIn(ann, NOW)
    await signIn(ben, NOW)
    expect(await database.team.removeSecondFactor(ben)).toEqual({
      ok: true,
      member: { email: BEN.email, role: 'viewer' },
    })
    expect(await database.team.findSecondFactor(ben)).toBeNull()
    expect((await database.team.list()).map(({ hasSecondFactor }) => hasSecondFactor)).toEqual([false, false])
    expect([await sessionsOf(ann), await sessionsOf(ben)]).toEqual([[kept], []])
    expect(await database.team.findSecondFactor(ann)).not.toBeNull()
  })

  test('sessions are listed by when they were used last, and only the own ones', async () => {
    const { ann, ben } = await both()
    const first = await signIn(ann, NOW)
    const second = await signIn(ann, NOW + 1, { ipAddress: null, userAgent: null })
    await signIn(ben, NOW)
    expect(await database.team.listSessions(ann)).toEqual([
      { id: second, address: '', userAgent: '', startedAt: NOW + 1, seenAt: NOW + 1 },
      { id: first, address: '::1', userAgent: 'browser', startedAt: NOW, seenAt: NOW },
    ])
    await database.team.touchSession(first, NOW + MINUTE)
    expect((await database.team.listSessions(ann)).map(({ id, startedAt, seenAt }) => [id, startedAt, seenAt])).toEqual(
      [
        [first, NOW, NOW + MINUTE],
        [second, NOW + 1, NOW + 1],
      ],
    )
  })

  test('an admin’s sessions are ended one, all but one, or all, and nobody else’s', async () => {
    const { ann, ben } = await both()
    const kept = await signIn(ben, NOW)
    const [one, two, three] = [await signIn(ann, NOW), await signIn(ann, NOW + 1), await signIn(ann, NOW + 2)]
    expect(await database.team.endSessions(ann, { only: kept })).toBe(0)
    expect(await database.team.endSessions(ann, { only: one })).toBe(1)
    expect(await sessionsOf(ann)).toEqual([three, two])
    expect(await database.team.endSessions(ann, { except: two })).toBe(1)
    expect(await sessionsOf(ann)).toEqual([two])
    await signIn(ann, NOW + 3)
    expect(await database.team.endSessions(ann, 'all')).toBe(2)
    expect([await sessionsOf(ann), await sessionsOf(ben)]).toEqual([[], [kept]])
  })

  test('sessions that began long ago or were not used for long are ended, at the instant and not before', async () => {
    const { ann } = await both()
    const started = async (at: number, seenAt: number) => {
      const id = await signIn(ann, at)
      await database.team.touchSession(id, seenAt)
      return id
    }
    const young = await started(NOW, NOW + 20)
    await started(NOW - 1, NOW + 30)
    await started(NOW, NOW + 19)
    await database.team.endStaleSessions(NOW, NOW + 20)
    expect(await sessionsOf(ann)).toEqual([young])
  })

  test('a session is found by its token, which nobody finds in what is kept', async () => {
    const { ann } = await both()
    const accounts = database.accounts(LIBRARY)
    const times = { createdAt: new Date(NOW), updatedAt: new Date(NOW), expiresAt: new Date(NOW) }
    const token = 'the token that the cookie carries'
    const made = await accounts.create({ model: 'session', data: { userId: ann, token, ...times } })
    expect(made).toMatchObject({ token, userId: ann })
    const byToken = await accounts.findOne({ model: 'session', where: [{ field: 'token', value: token }] })
    expect(byToken).toMatchObject({ token, id: made.id })
    const byId = await accounts.findOne<{ token: string }>({
      model: 'session',
      where: [{ field: 'id', value: String(made.id) }],
    })
    expect(byId?.token).toMatch(/^[\w-]{43}$/)
    // What is kept opens nothing.
    const where = [{ field: 'token', value: byId?.token ?? '' }]
    expect(await accounts.findOne({ model: 'session', where })).toBeNull()
    expect(await accounts.findOne({ model: 'session', where: [{ field: 'token', value: 'another' }] })).toBeNull()
    // In a transaction of the library as well.
    const other = { userId: ann, token: 'other', ...times }
    const inside = await accounts.transaction((tx) => tx.create({ model: 'session', data: other }))
    expect(inside).toMatchObject({ token: 'other' })
    // What is no session keeps what it is called.
    const verification = { identifier: 'a', value: 'b', token: 'c', ...times }
    expect(await accounts.create({ model: 'verification', data: verification })).not.toHaveProperty('token')
  })

  test('what the library asks about the store itself is no query', () => {
    expect(database.accounts(LIBRARY).id).toBe('drizzle')
  })

  test('what fails in the library’s hands names neither the query nor its values', async () => {
    await both()
    const times = { createdAt: new Date(NOW), updatedAt: new Date(NOW) }
    const data = { name: 'x', email: ANN.email, emailVerified: true, role: 'viewer', ...times }
    const error = await database
      .accounts(LIBRARY)
      .create({ model: 'user', data })
      .catch((it: unknown) => it)
    expect(error).toBeInstanceOf(Error)
    const told = `${error} ${error instanceof Error ? `${error.stack} ${error.cause}` : ''}`
    expect(told).toMatch(/unique/i)
    expect(told).not.toMatch(/ann@shop|insert/)
    await expect(database.accounts(LIBRARY).create({ model: 'nothing', data: {} })).rejects.toThrow(/nothing/)
  })

  const consume = (key: string, now: number, max = 2) =>
    database.attempts.consume([{ key, max, windowMs: MINUTE }], now)
  const allowed = { isAllowed: true }

  test('so many attempts are allowed in a time that begins with the first of them', async () => {
    expect(await consume('a', NOW)).toEqual(allowed)
    expect(await consume('a', NOW + 10)).toEqual(allowed)
    expect(await consume('a', NOW + 20)).toEqual({ isAllowed: false, waitMs: MINUTE - 20 })
    expect(await consume('b', NOW + 20)).toEqual(allowed)
    expect(await consume('a', NOW + MINUTE)).toEqual({ isAllowed: false, waitMs: 0 })
    expect(await consume('a', NOW + MINUTE + 1)).toEqual(allowed)
    expect(await consume('a', NOW + MINUTE + 2)).toEqual(allowed)
    expect(await consume('a', NOW + MINUTE + 3)).toEqual({ isAllowed: false, waitMs: MINUTE - 2 })
  })

  test('an attempt counts under each of its keys, or under none, and the longest wait is told', async () => {
    const demands = (windowMs: number) => [
      { key: 'address', max: 1, windowMs },
      { key: 'account', max: 2, windowMs: MINUTE },
    ]
    expect(await database.attempts.consume(demands(10 * MINUTE), NOW)).toEqual(allowed)
    expect(await database.attempts.consume(demands(10 * MINUTE), NOW)).toEqual({
      isAllowed: false,
      waitMs: 10 * MINUTE,
    })
    // The account has had one attempt, since the second was none.
    expect(await consume('account', NOW)).toEqual(allowed)
    expect(await database.attempts.consume(demands(10 * MINUTE), NOW)).toMatchObject({ waitMs: 10 * MINUTE })
    await database.attempts.forget('address')
    expect(await database.attempts.consume(demands(10 * MINUTE), NOW)).toEqual({ isAllowed: false, waitMs: MINUTE })
    expect(await consume('address', NOW, 1)).toEqual(allowed)
  })

  test('attempts are given back one at a time, never below none, and all at once', async () => {
    for (let n = 0; n < 2; n += 1) await consume('a', NOW)
    for (let n = 0; n < 2; n += 1) await consume('b', NOW)
    await database.attempts.giveBack('a')
    expect([await consume('a', NOW), await consume('a', NOW)]).toMatchObject([allowed, { isAllowed: false }])
    for (let n = 0; n < 5; n += 1) await database.attempts.giveBack('a')
    expect([await consume('a', NOW), await consume('a', NOW)]).toEqual([allowed, allowed])
    expect(await consume('a', NOW)).toMatchObject({ isAllowed: false })
    await database.attempts.forget('a')
    expect(await consume('a', NOW)).toEqual(allowed)
    expect(await consume('b', NOW)).toMatchObject({ isAllowed: false })
    await database.attempts.giveBack('nobody')
  })

  test('a clock that was ahead keeps nobody waiting', async () => {
    const ahead = NOW + 1_000 * MINUTE
    for (let n = 0; n < 2; n += 1) await consume('a', ahead)
    for (let n = 0; n < 2; n += 1) expect(await consume('a', NOW)).toEqual(allowed)
    expect(await consume('a', NOW)).toEqual({ isAllowed: false, waitMs: MINUTE })
  })

  test('a key of the shop is made once, also when many want it at once', async () => {
    const keys = await Promise.all([1, 2, 3].map(() => database.secret('one')))
    expect(new Set(keys).size).toBe(1)
    expect(keys[0]).toMatch(/^[0-9a-f]{64}$/)
    expect(await database.secret('another')).not.toBe(keys[0])
  })
}
