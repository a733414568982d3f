import { randomUUID } from 'node:crypto'
import { and, asc, count, desc, eq, lt, max, ne, or, type SQL } from 'drizzle-orm'
import { account, session, user } from './auth-schema'
import { atomically, type Connection, type Database } from './sqlite/connection'

type Role = 'viewer' | 'operator'
export type Member = { id: string; email: string; role: Role; addedAt: number; sessions: number; seenAt: number | null }
type AdminSession = { id: string; address: string; userAgent: string; startedAt: number; seenAt: number }

/** What came of changing somebody; the last operator stays one, since nobody else could make another. */
type Outcome =
  | { ok: true; member: { email: string; role: Role } }
  | { ok: false; reason: 'not_found' | 'last_operator' }

/** Admins and their sessions, apart from signing in, which is the library's. Each method is one atomic step. */
export type Team = {
  list: () => Member[]
  find: (email: string) => { email: string; role: Role } | null
  /** False when somebody has this e-mail already. */
  add: (one: { email: string; role: Role; passwordHash: string; at: number }) => boolean
  changeRole: (id: string, role: Role) => Outcome
  /** Takes an admin out, with all sessions. */
  remove: (id: string) => Outcome
  /** Newest first. */
  listSessions: (userId: string) => AdminSession[]
  /** Ends one session of an admin, or all but one, or all; says how many. */
  endSessions: (userId: string, which: { only: string } | { except: string } | 'all') => number
  /** Ends what began before one instant, or was not used since another. */
  endStaleSessions: (startedBefore: number, seenBefore: number) => void
  /** Remembers that a session was used. */
  touchSession: (id: string, at: number) => void
}

export function openTeam(db: Database): Team {
  return {
    list() {
      const sessions = db
        .select({ userId: session.userId, count: count().as('count'), seenAt: max(session.updatedAt).as('seen_at') })
        .from(session)
        .groupBy(session.userId)
        .as('sessions')
      const rows = db
        .select({ admin: user, count: sessions.count, seenAt: sessions.seenAt })
        .from(user)
        .leftJoin(sessions, eq(sessions.userId, user.id))
        .orderBy(asc(user.createdAt), asc(user.id))
        .all()
      return rows.map(({ admin, ...row }) => ({
        id: admin.id,
        email: admin.email,
        role: roleOf(admin),
        addedAt: admin.createdAt.getTime(),
        sessions: row.count ?? 0,
        seenAt: row.seenAt?.getTime() ?? null,
      }))
    },
    find(email) {
      const found = db.select().from(user).where(eq(user.email, email)).get()
      return found === undefined ? null : { email, role: roleOf(found) }
    },
    add({ email, role, passwordHash, at }) {
      const now = { createdAt: new Date(at), updatedAt: new Date(at) }
      const id = randomUUID()
      return atomically(db, (tx) => {
        const added = tx.insert(user).values({ id, name: email, email, emailVerified: true, role, ...now })
        if (added.onConflictDoNothing().run().changes === 0) return false
        const credential = { id: randomUUID(), userId: id, accountId: id, providerId: 'credential' }
        tx.insert(account)
          .values({ ...credential, password: passwordHash, ...now })
          .run()
        return true
      })
    },
    changeRole(id, role) {
      return atomically(db, (tx) => {
        const before = tx.select().from(user).where(eq(user.id, id)).get()
        if (before === undefined) return { ok: false, reason: 'not_found' }
        if (role === 'viewer' && isLastOperator(tx, before)) return { ok: false, reason: 'last_operator' }
        tx.update(user).set({ role }).where(eq(user.id, id)).run()
        return { ok: true, member: { email: before.email, role: roleOf(before) } }
      })
    },
    remove(id) {
      return atomically(db, (tx) => {
        const before = tx.select().from(user).where(eq(user.id, id)).get()
        if (before === undefined) return { ok: false, reason: 'not_found' }
        if (isLastOperator(tx, before)) return { ok: false, reason: 'last_operator' }
        tx.delete(user).where(eq(user.id, id)).run()
        return { ok: true, member: { email: before.email, role: roleOf(before) } }
      })
    },
    listSessions(userId) {
      const rows = db.select().from(session).where(eq(session.userId, userId)).orderBy(desc(session.updatedAt)).all()
      return rows.map((row) => ({
        id: row.id,
        address: row.ipAddress ?? '',
        userAgent: row.userAgent ?? '',
        startedAt: row.createdAt.getTime(),
        seenAt: row.updatedAt.getTime(),
      }))
    },
    endSessions(userId, which) {
      const wanted: SQL[] = [eq(session.userId, userId)]
      if (which !== 'all') wanted.push('only' in which ? eq(session.id, which.only) : ne(session.id, which.except))
      return db
        .delete(session)
        .where(and(...wanted))
        .run().changes
    },
    endStaleSessions(startedBefore, seenBefore) {
      const isStale = or(lt(session.createdAt, new Date(startedBefore)), lt(session.updatedAt, new Date(seenBefore)))
      db.delete(session).where(isStale).run()
    },
    touchSession(id, at) {
      db.update(session)
        .set({ updatedAt: new Date(at) })
        .where(eq(session.id, id))
        .run()
    },
  }
}

function roleOf({ role }: { role: string }): Role {
  return role === 'operator' ? 'operator' : 'viewer'
}

function isLastOperator(tx: Connection, one: typeof user.$inferSelect): boolean {
  if (roleOf(one) !== 'operator') return false
  const others = tx
    .select()
    .from(user)
    .where(and(eq(user.role, 'operator'), ne(user.id, one.id)))
  return others.get() === undefined
}
