import { runCommand } from '../command'
import { createEmulator as create } from '../emulator'
import { serveEmulator as serve } from '../server'
import { startEmulator as start } from '../testing'
import type * as declarations from './declarations'

// The package's types are made of the declarations alone: this is where they are held against what there is.
const promised: typeof declarations = { createEmulator: create, serveEmulator: serve, startEmulator: start }

export const { createEmulator, serveEmulator, startEmulator } = promised
/** For the package's own command. */
export { runCommand }
