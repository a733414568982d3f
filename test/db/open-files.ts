import { readdirSync, readlinkSync } from 'node:fs'

/** The files below a folder that this process has open, as Linux knows them. */
export function stillOpen(folder: string): string[] {
  return readdirSync('/proc/self/fd')
    .map(nameOf)
    .filter((name) => name.startsWith(folder))
}

function nameOf(descriptor: string): string {
  try {
    return readlinkSync(`/proc/self/fd/${descriptor}`)
  } catch {
    // The one with which the list was read is closed by now.
    return ''
  }
}
