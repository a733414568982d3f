import { LANGUAGE_LIBRARIES, watchLibrary } from './libraries'
import { LIBRARIES, PROGRAMS, versionOf, watchBehindProxy } from './programs'

/*
 * `npm run clients`: programs with WeChat Pay's address in their code, led to the emulator by environment variables. Those
 * of each language's own HTTP library, those of npm, and client libraries that are installed from their own registries.
 */

const WIDTH = 32

function tell(name: string, text: string): void {
  console.log(`${name.padEnd(WIDTH)} ${text}`)
}

/** Says whether it paid as it should, and counts it against the exit code when it did not. */
function judge(name: string, said: string, end: string): void {
  const isGood = said === end
  tell(name, isGood ? `paid: ${end}` : `FAILED\n${said}`)
  if (!isGood) process.exitCode = 1
}

for (const program of [...PROGRAMS, ...LIBRARIES]) {
  const version = versionOf(program)
  const name = version === null ? program.language : `${program.language} (${/[\d.]{3,}/.exec(version)?.[0]})`
  if (version === null) tell(name, `not run: there is no \`${program.command}\` here`)
  else judge(name, await watchBehindProxy(program), program.end)
}
for (const library of LANGUAGE_LIBRARIES) {
  const watched = await watchLibrary(library)
  if ('reason' in watched) tell(library.language, `not run: ${watched.reason}`)
  else judge(library.language, watched.said, library.end)
}
