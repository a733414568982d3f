import type { TestProject } from 'vitest/node'
import { build, isBuilt } from '@/lib/server/build'

declare module 'vitest' {
  interface ProvidedContext {
    /** What Next.js said when it could not build the shop; nothing when it could. */
    buildFailure: string
  }
}

/**
 * Builds the shop once for all tests that start real processes of it. A failure is not thrown here, where it would end
 * the whole run uncounted: each file that needs the build fails with it.
 */
export default function setup(project: TestProject): void {
  const { isBuilt: isRight, output } = isBuilt() ? { isBuilt: true, output: '' } : build('kept')
  project.provide('buildFailure', isRight ? '' : output)
}
