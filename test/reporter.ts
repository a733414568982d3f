import type { Reporter, TestModule, TestRunEndReason, TestSuite } from 'vitest/node'

/** Ends the output with one line that a person and a program can read, after the reason of each test that was not run. */
export default class CountReporter implements Reporter {
  onTestRunEnd(modules: readonly TestModule[], errors: readonly unknown[], reason: TestRunEndReason): void {
    const results = modules.flatMap((module) => [...module.children.allTests()].map((test) => test.result()))
    const count = (state: string) => results.filter((result) => result.state === state).length
    const notes = results.flatMap((result) => (result.state === 'skipped' ? (result.note ?? []) : []))

    // A test that is still pending at the end was lost with its process.
    const broken = modules.flatMap((module) => [module, ...module.children.allSuites()]).filter(isBroken)
    const failed = count('failed') + count('pending') + broken.length + errors.length
    // What broke before the first test, or was interrupted, is a failure too.
    const counted = reason === 'passed' ? failed : Math.max(failed, 1)

    // The default reporter writes its summary in the same event; this line has to be the last one.
    process.once('exit', () => {
      for (const note of new Set(notes)) console.log(`not run: ${note}`)
      console.log(`${count('passed')} passed, ${counted} failed, ${count('skipped')} skipped`)
    })
  }
}

/** Whether something around the tests failed: an import, or what runs before and after them. */
function isBroken(part: TestModule | TestSuite): boolean {
  return part.errors().length > 0
}
