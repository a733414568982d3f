import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const resolve = { alias: { '@': root.replace(/\/$/, '') } }

export default defineConfig({
  root,
  test: {
    reporters: ['default', './test/reporter.ts'],
    // Left alone, one processor is kept free, and of two that is half.
    maxWorkers: availableParallelism(),
    projects: [
      {
        resolve,
        test: {
          name: 'source',
          root,
          include: ['test/**/*.test.ts'],
          exclude: ['test/processes/**', 'test/db/postgres*.test.ts'],
          testTimeout: 30_000,
        },
      },
      {
        resolve,
        // What must hold whatever the database is, once more on PostgreSQL.
        test: {
          name: 'postgres',
          root,
          include: ['test/db/postgres*.test.ts', 'test/journeys/**/*.test.ts', 'test/hostile/notify.test.ts'],
          // Locks of a file, and how long who waits for whom, which is no question of the store.
          exclude: ['test/journeys/sqlite.test.ts', 'test/journeys/processing.test.ts'],
          globalSetup: ['test/db/postgres.ts'],
          env: { WORLD_DATABASE: 'postgres' },
          testTimeout: 30_000,
        },
      },
      {
        resolve,
        // Real processes and a real browser, on a shop that is built once.
        test: {
          name: 'processes',
          root,
          include: ['test/processes/**/*.test.ts'],
          globalSetup: ['test/processes/build.ts'],
          setupFiles: ['test/processes/built.ts'],
          testTimeout: 60_000,
          hookTimeout: 60_000,
        },
      },
    ],
  },
})
