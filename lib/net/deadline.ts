/**
 * What `work` comes to, or `late` after so many milliseconds. Its signal aborts then; work that does not listen to it is
 * left alone, and whatever becomes of it counts no more.
 */
export function withDeadline<T>(msMax: number, late: T, work: (signal: AbortSignal) => Promise<T>): Promise<T> {
  const abort = new AbortController()
  let timer: NodeJS.Timeout | undefined
  const end = new Promise<T>((resolve) => {
    timer = setTimeout(() => {
      resolve(late)
      abort.abort()
    }, msMax)
  })
  return Promise.race([work(abort.signal), end]).finally(() => clearTimeout(timer))
}
