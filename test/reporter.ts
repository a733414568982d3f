import type { Reporter, TestModule } from 'vitest/node'

/** Ends the output with one line that a person and a program can read: how many tests passed and failed. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[]): void {
    const tests = modules.flatMap((module) => [...module.children.allTests()])
    const passed = tests.filter((test) => test.result().state === 'passed').length
    const broken = modules.filter((module) => module.errors().length > 0).length
    const failed = tests.filter((test) => test.result().state !== 'passed').length + broken + errors.length
    // The default reporter writes its summary in the same event; this line has to be the last one.
    process.once('exit', () => console.log(`${passed} passed, ${failed} failed`))
  }
}
