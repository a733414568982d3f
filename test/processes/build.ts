import { spawnSync } from 'node:child_process'

/** Builds the shop once for all tests that start real processes of it. */
export default function setup(): void {
  const { status, stdout, stderr } = spawnSync(process.execPath, ['--import', 'tsx', 'lib/server/main.ts', 'build'], {
    encoding: 'utf8',
    env: { ...process.env, NODE_ENV: 'production' },
  })
  if (status !== 0) throw new Error(`the build failed:\n${stdout}\n${stderr}`)
}
