import { runCommand } from './command'

await runCommand('npm run -s emulator --')
