const MINUTE_MS = 60_000

export type Bound = {
  /** Whether another one is let through. */
  take: () => boolean
  /** Tells of those left out so far, and begins anew. */
  end: () => void
}

/** Lets so many through in a minute, which begins with the first; when it is over, `tell` hears how many were left out. */
export function openBound(perMinute: number, tell: (leftOut: number) => void): Bound {
  let through = 0
  let leftOut = 0
  let isTimed = false

  const end = () => {
    if (leftOut > 0) tell(leftOut)
    through = 0
    leftOut = 0
    isTimed = false
  }
  return {
    take() {
      if (!isTimed) setTimeout(end, MINUTE_MS).unref()
      isTimed = true
      const isLet = through < perMinute
      if (isLet) through += 1
      else leftOut += 1
      return isLet
    },
    end,
  }
}
