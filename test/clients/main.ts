import { PROGRAMS, versionOf, watchBehindProxy } from './programs'

/* Programs with WeChat Pay's address in their code, one in each language, led to the emulator by its environment variables. */

let failed = 0
for (const program of PROGRAMS) {
  const version = versionOf(program)
  if (version === null) {
    console.log(`${program.language.padEnd(8)} not run: there is no \`${program.command}\` here`)
    continue
  }
  const said = await watchBehindProxy(program)
  if (said === program.end) console.log(`${program.language.padEnd(8)} pays and refunds (${version})`)
  else {
    failed += 1
    console.log(`${program.language.padEnd(8)} FAILED (${version})\n${said}`)
  }
}
process.exitCode = failed === 0 ? 0 : 1
