import type { ShopProcess } from '../processes/shop-process'
import type { Chance } from '../storms/chance'
import type { Disk, DiskVariables } from './disk'

export type Start = (disk: DiskVariables) => Promise<ShopProcess>

/** One of the two sides of a world: a process that is struck again and again, and comes back on the same files. */
export async function openSide(disk: Disk, start: Start) {
  let running = await start(disk.variables)
  let output = ''
  const restart = async () => {
    output += running.output()
    running = await start(disk.variables)
  }
  return {
    url: running.url,
    folder: disk.folder,
    output: () => output + running.output(),
    pause: () => running.signal('SIGSTOP'),
    resume: () => running.signal('SIGCONT'),
    /** Everything of the process is gone at once; its files are as it left them. */
    kill: async () => {
      await running.end('SIGKILL')
      await restart()
    },
    /** Asks it to end, and gives its exit code. */
    stop: async () => {
      const code = await running.end('SIGTERM')
      await restart()
      return code
    },
    /** The machine goes dark: of its files, what was synced is left for certain. */
    cut: async (chance: Chance) => {
      await running.end('SIGKILL')
      disk.cut(chance)
      await restart()
    },
    end: () => running.end('SIGKILL'),
  }
}
