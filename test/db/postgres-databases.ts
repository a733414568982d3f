import { afterAll } from 'vitest'
import { dropDatabases } from './postgres'

// Each has some megabytes, and hundreds of them would fill a small memory.
afterAll(() => dropDatabases('own'))
