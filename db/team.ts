import { createHash, randomUUID } from 'node:crypto'
import { and, asc, count, desc, eq, lt, max, ne, or, type SQL } from 'drizzle-orm'
import type { Role } from '@/lib/shop/audit'
import type { Access, Connection } from './access'
import { account, session, twoFactor, user } from './auth-schema'

export type Member = {
  id: string
  email: string
  role: Role
  hasSecondFactor: boolean
  addedAt: number
  sessions: number
  seenAt: number | null
}
/** An admin as signing in needs to know them; the mark is another one after each change of the password. */
type Found = { id: string; email: string; role: Role; passwordMark: string }
/** A second step, its texts encrypted; until it is confirmed, nobody is asked for it. */
type SecondFactor = { secret: string; recoveryCodes: string; isConfirmed: boolean }
type AdminSession = { id: string; address: string; userAgent: string; startedAt: number; seenAt: number }

type NewAdmin = { email: string; role: Role; passwordHash: string; at: number }

/** What came of changing somebody; the last operator stays one, since nobody else could make another. */
type Outcome =
  | { ok: true; member: { email: string; role: Role } }
  | { ok: false; reason: 'not_found' | 'last_operator' }

/** Admins and their sessions, apart from signing in, which is the library's. Each method is one atomic step. */
export type Team = {
  list: () => Promise<Member[]>
  find: (email: string) => Promise<Found | null>
  /** False when somebody has this e-mail already. */
  add: (one: NewAdmin) => Promise<boolean>
  /** Adds the first admin; false when there is one already. */
  addFirst: (one: NewAdmin) => Promise<boolean>
  changeRole: (id: string, role: Role) => Promise<Outcome>
  /** Gives an admin another password and ends all their sessions; false when nobody has this e-mail. */
  setPassword: (email: string, passwordHash: string) => Promise<boolean>
  findSecondFactor: (userId: string) => Promise<SecondFactor | null>
  /** Takes the second step from an admin, and ends all their sessions. */
  removeSecondFactor: (id: string) => Promise<Outcome>
  /** Takes an admin out, with all sessions. */
  remove: (id: string) => Promise<Outcome>
  /** Newest first. */
  listSessions: (userId: string) => Promise<AdminSession[]>
  /** Ends one session of an admin, or all but one, or all; says how many. */
  endSessions: (userId: string, which: { only: string } | { except: string } | 'all') => Promise<number>
  /** Ends what began before one instant, or was not used since another. */
  endStaleSessions: (startedBefore: number, seenBefore: number) => Promise<void>
  /** Remembers that a session was used. */
  touchSession: (id: string, at: number) => Promise<void>
}

async function insertAdmin(tx: Connection, { email, role, passwordHash, at }: NewAdmin): Promise<boolean> {
  const now = { createdAt: new Date(at), updatedAt: new Date(at) }
  const id = randomUUID()
  const row = { id, name: email, email, emailVerified: true, role, ...now }
  const added = await tx.insert(user).values(row).onConflictDoNothing().returning({ id: user.id })
  if (added.length === 0) return false
  const credential = { id: randomUUID(), userId: id, accountId: id, providerId: 'credential' }
  await tx.insert(account).values({ ...credential, password: passwordHash, ...now })
  return true
}

export function openTeam({ read, write }: Access): Team {
  return {
    list: () => read(listMembers),
    find: (email) =>
      read(async (tx) => {
        const ofUser = and(eq(account.userId, user.id), eq(account.providerId, 'credential'))
        const rows = tx.select({ user, hash: account.password }).from(user).leftJoin(account, ofUser)
        const [found] = await rows.where(eq(user.email, email))
        if (found === undefined) return null
        return { id: found.user.id, email, role: roleOf(found.user), passwordMark: markOf(found.hash ?? '') }
      }),
    add: (one) => write((tx) => insertAdmin(tx, one)),
    addFirst: (one) =>
      write(async (tx) => {
        const [anybody] = await tx.select({ id: user.id }).from(user).limit(1)
        return anybody === undefined && (await insertAdmin(tx, one))
      }),
    changeRole: (id, role) =>
      write(async (tx) => {
        const [before] = await tx.select().from(user).where(eq(user.id, id))
        if (before === undefined) return { ok: false, reason: 'not_found' }
        if (role === 'viewer' && (await isLastOperator(tx, before))) return { ok: false, reason: 'last_operator' }
        await tx.update(user).set({ role }).where(eq(user.id, id))
        return { ok: true, member: { email: before.email, role: roleOf(before) } }
      }),
    setPassword: (email, passwordHash) =>
      write(async (tx) => {
        const [found] = await tx.select({ id: user.id }).from(user).where(eq(user.email, email))
        if (found === undefined) return false
        const isTheirs = and(eq(account.userId, found.id), eq(account.providerId, 'credential'))
        await tx.update(account).set({ password: passwordHash }).where(isTheirs)
        await tx.delete(session).where(eq(session.userId, found.id))
        return true
      }),
    findSecondFactor: (userId) =>
      read(async (tx) => {
        const [found] = await tx.select().from(twoFactor).where(eq(twoFactor.userId, userId))
        if (found === undefined) return null
        return { secret: found.secret, recoveryCodes: found.backupCodes, isConfirmed: found.verified }
      }),
    removeSecondFactor: (id) =>
      write(async (tx) => {
        const [before] = await tx.select().from(user).where(eq(user.id, id))
        if (before?.twoFactorEnabled !== true) return { ok: false, reason: 'not_found' }
        await tx.delete(twoFactor).where(eq(twoFactor.userId, id))
        await tx.update(user).set({ twoFactorEnabled: false }).where(eq(user.id, id))
        await tx.delete(session).where(eq(session.userId, id))
        return { ok: true, member: { email: before.email, role: roleOf(before) } }
      }),
    remove: (id) =>
      write(async (tx) => {
        const [before] = await tx.select().from(user).where(eq(user.id, id))
        if (before === undefined) return { ok: false, reason: 'not_found' }
        if (await isLastOperator(tx, before)) return { ok: false, reason: 'last_operator' }
        await tx.delete(user).where(eq(user.id, id))
        return { ok: true, member: { email: before.email, role: roleOf(before) } }
      }),
    listSessions: (userId) =>
      read(async (tx) => {
        const ofUser = tx.select().from(session).where(eq(session.userId, userId))
        return (await ofUser.orderBy(desc(session.updatedAt))).map((row) => ({
          id: row.id,
          address: row.ipAddress ?? '',
          userAgent: row.userAgent ?? '',
          startedAt: row.createdAt.getTime(),
          seenAt: row.updatedAt.getTime(),
        }))
      }),
    endSessions: (userId, which) => {
      const wanted: SQL[] = [eq(session.userId, userId)]
      if (which !== 'all') wanted.push('only' in which ? eq(session.id, which.only) : ne(session.id, which.except))
      return write(
        async (tx) =>
          (
            await tx
              .delete(session)
              .where(and(...wanted))
              .returning({ id: session.id })
          ).length,
      )
    },
    endStaleSessions: (startedBefore, seenBefore) => {
      const isStale = or(lt(session.createdAt, new Date(startedBefore)), lt(session.updatedAt, new Date(seenBefore)))
      return write(async (tx) => {
        await tx.delete(session).where(isStale)
      })
    },
    touchSession: (id, at) =>
      write(async (tx) => {
        await tx
          .update(session)
          .set({ updatedAt: new Date(at) })
          .where(eq(session.id, id))
      }),
  }
}

async function listMembers(tx: Connection): Promise<Member[]> {
  const sessions = tx
    .select({ userId: session.userId, count: count().as('count'), seenAt: max(session.updatedAt).as('seen_at') })
    .from(session)
    .groupBy(session.userId)
    .as('sessions')
  const rows = await tx
    .select({ admin: user, count: sessions.count, seenAt: sessions.seenAt })
    .from(user)
    .leftJoin(sessions, eq(sessions.userId, user.id))
    .orderBy(asc(user.createdAt), asc(user.id))
  return rows.map(({ admin, ...row }) => ({
    id: admin.id,
    email: admin.email,
    role: roleOf(admin),
    hasSecondFactor: admin.twoFactorEnabled,
    addedAt: admin.createdAt.getTime(),
    sessions: row.count ?? 0,
    seenAt: row.seenAt?.getTime() ?? null,
  }))
}

function markOf(passwordHash: string): string {
  return createHash('sha256').update(passwordHash).digest('base64url').slice(0, 16)
}

function roleOf({ role }: { role: string }): Role {
  return role === 'operator' ? 'operator' : 'viewer'
}

async function isLastOperator(tx: Connection, one: typeof user.$inferSelect): Promise<boolean> {
  if (roleOf(one) !== 'operator') return false
  const others = tx.select({ id: user.id }).from(user)
  return (await others.where(and(eq(user.role, 'operator'), ne(user.id, one.id))).limit(1)).length === 0
}
