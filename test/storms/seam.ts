/** One call through a seam: its method, what it was called with, and how to carry it out. */
export type SeamCall = { method: string; args: unknown[]; effect: () => Promise<unknown> }

/**
 * A seam with something in between: `around` is handed every call of an asynchronous method, whatever methods there
 * are. `isPlain` names those that answer at once.
 */
export function wrapSeam<Seam extends object>(
  seam: Seam,
  around: (call: SeamCall) => Promise<unknown>,
  isPlain: (method: string) => boolean = () => false,
): Seam {
  return new Proxy(seam, {
    get(target, key) {
      const member: unknown = Reflect.get(target, key)
      if (typeof member !== 'function' || typeof key !== 'string' || isPlain(key)) return member
      return (...args: unknown[]) =>
        around({ method: key, args, effect: async () => Reflect.apply(member, target, args) })
    },
  })
}
