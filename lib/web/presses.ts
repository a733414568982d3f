/** Field of a form with a random word that its page was made with, so that two presses of one button are known as such. */
export const PRESS_FIELD = 'press'

const WORD = /^[\w-]{16,64}$/

/** So long the answer to a press is given again: longer than anybody waits for a page before they press once more. */
const KEPT_MS = 10 * 60_000
const KEPT_MAX = 1_000

export type Presses = {
  /** What an earlier press of the same button was or will be answered; undefined when this is the first. */
  find: (press: string) => Promise<Response> | undefined
  /** Does the work of the first press, and gives its answer to each. Work that throws was not done, and may be tried again. */
  once: (press: string, work: () => Promise<Response>) => Promise<Response>
}

/** The word of a form; null for a program, or a page that was made without one. */
export function readPress(form: URLSearchParams): string | null {
  const press = form.get(PRESS_FIELD)
  return press !== null && WORD.test(press) ? press : null
}

/**
 * The presses that this process has seen. Of two processes each does what it is asked; then it is the action itself that
 * happens once, and whoever is second is told that it was done already.
 */
export function openPresses(now: () => number): Presses {
  const kept = new Map<string, { answer: Promise<Response>; at: number }>()
  const copyOf = async (answer: Promise<Response>) => (await answer).clone()

  /** The oldest stand first. */
  const forget = () => {
    for (const [press, { at }] of kept) {
      if (kept.size <= KEPT_MAX && now() - at < KEPT_MS) return
      kept.delete(press)
    }
  }
  const find = (press: string) => {
    forget()
    const known = kept.get(press)
    return known && copyOf(known.answer)
  }
  return {
    find,
    once(press, work) {
      const known = find(press)
      if (known !== undefined) return known
      const answer = work()
      kept.set(press, { answer, at: now() })
      answer.catch(() => kept.delete(press))
      return copyOf(answer)
    },
  }
}
