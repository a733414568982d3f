import { spawnSync } from 'node:child_process'
import {
  copyFileSync,
  existsSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  realpathSync,
  rmSync,
  writeFileSync,
} from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { Chance } from '../storms/chance'

export type DiskVariables = { POWER_FOLDER: string; POWER_COPIES: string; LD_PRELOAD?: string }

export type SlowDiskVariables = { POWER_FOLDER: string; POWER_SYNC_MS: string; LD_PRELOAD: string }

/** A folder that a process keeps its files in, and what its disk has of them for certain. */
export type Disk = {
  folder: string
  /** What a process must be started with, so that its syncs are seen. */
  variables: DiskVariables
  /** Leaves what a power cut would. Its process has been killed. */
  cut: (chance: Chance) => void
}

/** Memory that looks like a disk, where there is one: what a sync costs is not the question here. */
const DISK = existsSync('/dev/shm') ? '/dev/shm' : tmpdir()
/** What a disk writes whole or not at all. */
const SECTOR_BYTES = 512

/** A folder for disks, and for the library that watches over them. Where it cannot be made, nothing can be cut. */
export function openDisks() {
  const root = realpathSync(mkdtempSync(join(DISK, 'kills-')))
  const library = join(root, 'power.so')
  const problem = compile('test/kills/power.c', library)
  return {
    /** Why no power can be cut, and no disk be slow, here. */
    problem,
    newDisk: (name: string): Disk => {
      const [folder, copies] = [join(root, name), join(root, `${name}.synced`)]
      for (const path of [folder, copies]) {
        rmSync(path, { recursive: true, force: true })
        mkdirSync(path)
      }
      return {
        folder,
        variables: { POWER_FOLDER: folder, POWER_COPIES: copies, ...(problem === null && { LD_PRELOAD: library }) },
        cut: (chance) => cutPower(folder, copies, chance),
      }
    },
    /** What a process must be started with, so that each sync in this folder takes so long; null where that cannot be done. */
    slowDisk: (folder: string, syncMs: number): SlowDiskVariables | null =>
      problem === null
        ? { POWER_FOLDER: realpathSync(folder), POWER_SYNC_MS: String(syncMs), LD_PRELOAD: library }
        : null,
    remove: () => rmSync(root, { recursive: true, force: true }),
  }
}

export type Disks = ReturnType<typeof openDisks>

/** Gives the reason when it cannot. */
function compile(source: string, library: string): string | null {
  const { status, stderr, error } = spawnSync('cc', ['-shared', '-fPIC', '-O2', '-o', library, source, '-ldl'], {
    encoding: 'utf8',
  })
  if (status === 0 && process.platform === 'linux') return null
  return `the power cut needs Linux and a C compiler (Debian, Ubuntu: apt-get install gcc libc6-dev): ${error?.message ?? stderr}`
}

/** Half of the time nothing is left but what was synced; otherwise some of the rest had got as far as the disk too. */
function cutPower(folder: string, copies: string, chance: Chance): void {
  const isClean = chance.happens(0.5)
  for (const name of new Set([...readdirSync(folder), ...readdirSync(copies)])) {
    const [written, synced] = [read(join(folder, name)), read(join(copies, name))]
    rmSync(join(folder, name), { force: true })
    if (name.endsWith('.part') || synced === null) {
      rmSync(join(copies, name), { force: true })
      continue
    }
    const left = isClean || written === null ? synced : mix(synced, written, chance)
    writeFileSync(join(copies, name), left)
    copyFileSync(join(copies, name), join(folder, name))
  }
}

function read(path: string): Buffer | null {
  return existsSync(path) ? readFileSync(path) : null
}

/** The synced contents, with some of the sectors that were written since, in no order. */
function mix(synced: Buffer, written: Buffer, chance: Chance): Buffer {
  const mixed = Buffer.alloc(chance.happens(0.5) ? synced.length : written.length)
  synced.copy(mixed)
  for (let at = 0; at < mixed.length; at += SECTOR_BYTES) {
    if (chance.happens(0.5)) written.copy(mixed, at, at, at + SECTOR_BYTES)
  }
  return mixed
}
