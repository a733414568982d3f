import { DatabaseError } from 'pg'
import { StoreUnavailable } from '@/lib/shop/store'

/** What PostgreSQL said, without the query around it: that has the values in it, and those belong in no log. */
function serverError(error: unknown): DatabaseError | null {
  if (error instanceof DatabaseError) return error
  return error instanceof Error ? serverError(error.cause) : null
}

/** PostgreSQL's codes (appendix A of its manual). */
const [SERIALIZATION, DEADLOCK, SHUTDOWN, CRASH, CANNOT_CONNECT] = ['40001', '40P01', '57P01', '57P02', '57P03']
const DISK_FULL = '53100'
const READ_ONLY = '25006'
/** A notice with this code says something, and doubts nothing. */
const SUCCESSFUL = '00000'

/** Whether two came in each other's way, and nothing of this one was written: it can be run again. */
export function isConflict(error: unknown): boolean {
  const code = serverError(error)?.code
  return code === SERIALIZATION || code === DEADLOCK
}

/** Whether the connection is gone, goes with this error, or leads to a server that is not the one to write to any more. */
export function isDisconnected(error: unknown): boolean {
  const found = serverError(error)
  if (found === null) return isOfConnection(error)
  const { code = '', severity } = found
  return (
    severity === 'FATAL' ||
    severity === 'PANIC' ||
    code.startsWith('08') ||
    [SHUTDOWN, CRASH, CANNOT_CONNECT, READ_ONLY].includes(code)
  )
}

/** Whether the server warns of what it has just done. Its words are in whatever language it speaks; its codes are not. */
export function isDoubt({ code = '' }: { code?: string | undefined }): boolean {
  return code !== SUCCESSFUL
}

export function isDiskFull(error: unknown): boolean {
  return serverError(error)?.code === DISK_FULL
}

/** The error as everybody else may see it. A broken constraint is a mistake in the code, anything else the server's state. */
export function storeError(error: unknown): unknown {
  const found = serverError(error)
  if (found === null) return isOfConnection(error) ? new StoreUnavailable(messageOf(error)) : error
  return /^2[23]/.test(found.code ?? '') ? new Error(found.message) : new StoreUnavailable(found.message)
}

/** pg says of a lost connection only words, and Node.js says codes of the system. */
function isOfConnection(error: unknown): error is Error {
  if (!(error instanceof Error)) return false
  if (isOfConnection(error.cause)) return true
  return (
    'syscall' in error ||
    /connection (terminated|error)|timeout|client has encountered|not queryable/i.test(error.message)
  )
}

function messageOf({ cause, message }: Error): string {
  return isOfConnection(cause) ? messageOf(cause) : message
}
