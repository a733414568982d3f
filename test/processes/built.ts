import { inject } from 'vitest'

const failure = inject('buildFailure')
if (failure !== '') throw new Error(`the build failed:\n${failure}`)
