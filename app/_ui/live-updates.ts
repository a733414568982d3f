/** Where a page hears of changes: a stream of events, and an address that tells the newest one when asked. */
export type Source = { stream: string; event: string; newest: string }

type Listener = {
  /** The newest state, as soon as it is known and whenever it may have changed. */
  take: (state: string) => void
  /** Whether nothing can be heard at the moment. */
  tellLost: (isLost: boolean) => void
}

/** The server sends the present state at once; a stream that is silent for so long is held back on its way. */
const FIRST_EVENT_MS_MAX = 5_000
const POLL_MS = 3_000
const POLL_MS_MAX = 30_000
/** A line that broke without a word looks like one on which nothing happens, so it is not relied upon for longer. */
const SILENCE_MS_MAX = 60_000

/**
 * Keeps a page up to date while somebody looks at it. A hidden page gives its stream up, since a browser has few
 * connections for all its tabs; without a stream the server is asked, less and less often. Returns what ends it.
 */
export function follow(source: Source, { take, tellLost }: Listener): () => void {
  let events: EventSource | null = null
  /** What the stream said last. */
  let heard: string | null = null
  let timer: number | undefined
  let pause = POLL_MS
  let isHeldBack = false
  /** Counts what came in; an answer to an older question comes too late. */
  let turn = 0

  const askIn = (ms: number) => {
    window.clearTimeout(timer)
    timer = window.setTimeout(ask, ms)
  }
  const hangUp = () => {
    events?.close()
    events = null
    heard = null
  }
  const hear = (state: string) => {
    tellLost(false)
    take(state)
  }
  const listen = () => {
    // A browser connects again by itself after a broken line, but not after a refusal.
    if (isHeldBack || (events !== null && events.readyState !== EventSource.CLOSED)) return
    hangUp()
    events = openStream(source, {
      onEvent: (state) => {
        turn += 1
        heard = state
        pause = POLL_MS
        askIn(SILENCE_MS_MAX)
        hear(state)
      },
      onError: () => askIn(pause),
      onSilence: () => {
        isHeldBack = true
        hangUp()
        void ask()
      },
    })
  }
  const ask = async () => {
    turn += 1
    const asked = turn
    const answer = await fetchNewest(source.newest)
    if (asked !== turn) return
    if (answer.type === 'refused') return take('')
    if (answer.type === 'known') hear(answer.state)
    else tellLost(true)
    // The stream told something else, so it has gone deaf.
    if (answer.type === 'known' && heard !== null && heard !== answer.state) hangUp()
    askIn(heard === null ? pause : SILENCE_MS_MAX)
    pause = Math.min(pause * 1.5, POLL_MS_MAX)
    listen()
  }
  const rest = () => {
    turn += 1
    window.clearTimeout(timer)
    hangUp()
  }
  const wake = () => {
    rest()
    if (document.visibilityState === 'hidden') return
    isHeldBack = false
    pause = POLL_MS
    listen()
    void ask()
  }

  document.addEventListener('visibilitychange', wake)
  window.addEventListener('online', wake)
  if (document.visibilityState !== 'hidden') listen()
  return () => {
    rest()
    document.removeEventListener('visibilitychange', wake)
    window.removeEventListener('online', wake)
  }
}

type StreamListener = { onEvent: (state: string) => void; onError: () => void; onSilence: () => void }

function openStream({ stream, event }: Source, { onEvent, onError, onSilence }: StreamListener): EventSource {
  const events = new EventSource(stream)
  const silence = window.setTimeout(() => {
    if (events.readyState !== EventSource.CLOSED) onSilence()
  }, FIRST_EVENT_MS_MAX)
  events.addEventListener(event, ({ data }) => {
    window.clearTimeout(silence)
    onEvent(data)
  })
  events.addEventListener('error', () => {
    window.clearTimeout(silence)
    onError()
  })
  return events
}

type Newest = { type: 'known'; state: string } | { type: 'unknown' } | { type: 'refused' }

/** `refused` is not for us to see, perhaps no longer; the page itself, rendered again, says why. */
async function fetchNewest(address: string): Promise<Newest> {
  try {
    const answer = await fetch(address)
    if (answer.ok) return { type: 'known', state: await answer.text() }
    return { type: [401, 403, 404].includes(answer.status) ? 'refused' : 'unknown' }
  } catch {
    return { type: 'unknown' }
  }
}
