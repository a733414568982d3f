import { availableParallelism } from 'node:os'
import { fileURLToPath } from 'node:url'
import { defineConfig } from 'vitest/config'

const root = fileURLToPath(new URL('..', import.meta.url))
const resolve = { alias: { '@': root.replace(/\/$/, '') } }

/** Journeys that end differently when the store does. */
const STORED =
  'admin-notifications,admin-orders,bills,checkout,goods,hoarding,idempotency,instances,notification,payment,refund,refund-notice,refunded'

export default defineConfig({
  root,
  test: {
    reporters: ['default', './test/reporter.ts'],
    // A test waits for a browser, a disk or a process about as long as it works, so twice as many as processors.
    maxWorkers: availableParallelism() * 2,
    projects: [
      {
        resolve,
        test: {
          name: 'source',
          root,
          include: ['test/**/*.test.ts'],
          exclude: ['test/processes/**', 'test/**/postgres*.test.ts'],
          // Modules are loaded once per worker and not once per file, which is a fifth of the time.
          isolate: false,
          testTimeout: 30_000,
        },
      },
      {
        resolve,
        // What must hold whatever the database is, once more on PostgreSQL.
        test: {
          name: 'postgres',
          root,
          include: ['test/**/postgres*.test.ts', 'test/hostile/notify.test.ts', `test/journeys/{${STORED}}.test.ts`],
          globalSetup: ['test/db/postgres-server.ts'],
          setupFiles: ['test/db/postgres-databases.ts'],
          env: { WORLD_DATABASE: 'postgres' },
          isolate: false,
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
