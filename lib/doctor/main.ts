import { DoctorError } from './control'
import { examineNotifyUrl } from './notify-url'
import { HELP, readOptions } from './options'

/*
 * `npm run doctor`: ends with 0 when nothing is wrong, with 1 when something is, and with 2 when it could not examine.
 */

async function main(): Promise<number> {
  const read = readOptions(process.argv.slice(2))
  if (!read.ok) {
    console.error(`${read.problems.join('\n')}\nnpm run doctor -- --help tells how.`)
    return 2
  }
  if (read.options === 'help') {
    console.log(HELP)
    return 0
  }
  if ('isAccount' in read.options) {
    const { runAccountCommand } = await import('@/lib/account/command')
    return runAccountCommand(read.options.isJson)
  }
  try {
    return (await examineNotifyUrl(read.options, console.log)) ? 0 : 1
  } catch (error) {
    // A mistake in the doctor is no weakness of the program either.
    console.error(error instanceof DoctorError ? error.message : error)
    return 2
  }
}

process.exit(await main())
