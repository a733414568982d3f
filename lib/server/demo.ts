import type { Config } from '@/lib/config'
import { isLoopback } from '@/lib/net/address'
import type { Runtime } from '@/lib/runtime'
import { shopProcess } from './process'

/** How to sign in to a demo that was just started for the first time. */
export type SignIn = { email: string; password: string }

/**
 * Whether pages may name the password of a first admin who was made just now: only in `npm run demo`, with the emulator,
 * and where nobody but this machine comes in. Of several processes only one would know it, so none names it.
 */
export function mayBeNamed({ emulator, host, publicUrl }: Config): boolean {
  const isHere = isLoopback(host) && isLoopback(publicUrl.hostname)
  return shopProcess().isDemo === true && emulator !== null && !emulator.isOpen && isHere
}

export async function rememberDemoAdmin({ config, database }: Runtime, signIn: SignIn): Promise<void> {
  const made = mayBeNamed(config) ? await database.team.find(signIn.email) : null
  if (made !== null) shopProcess().demoAdmin = { ...signIn, passwordMark: made.passwordMark }
}

/** The first admin's sign-in for as long as it is right; null where it was not made just now. */
export async function demoSignIn({ database }: Runtime): Promise<SignIn | null> {
  const { demoAdmin } = shopProcess()
  if (demoAdmin === undefined) return null
  const { passwordMark, ...signIn } = demoAdmin
  return (await database.team.find(signIn.email))?.passwordMark === passwordMark ? signIn : null
}
