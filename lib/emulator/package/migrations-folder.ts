import { join } from 'node:path'

/** In the package they lie beside the bundle. */
export const MIGRATIONS = join(__dirname, 'migrations')
