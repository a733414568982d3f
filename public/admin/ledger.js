/*
 * All the script of the pages that show received messages: keys that go to the next and the previous one, buttons that
 * copy, and a list that hears of new ones. Every key has a link, every text can be selected, and a list can be loaded
 * again, so nothing needs it. It makes no HTML out of what was received; the server has escaped that.
 */

/** @type {Record<string, string>} */
const STEPS = { j: 'next', k: 'previous', ArrowDown: 'next', ArrowUp: 'previous' }
const WIDE = matchMedia('(min-width: 64rem)')
const COPIED_MS = 2_000

/** Letters count everywhere but where somebody types; arrows only while nothing else could want them. @param {KeyboardEvent} event */
function stepOf({ key, target, altKey, ctrlKey, metaKey, shiftKey }) {
  if (altKey || ctrlKey || metaKey || shiftKey || !(target instanceof Element)) return undefined
  if (target.closest('input, select, textarea')) return undefined
  const isFree = target === document.body || target.closest('[data-pane]') !== null
  return key.startsWith('Arrow') && !(isFree && WIDE.matches) ? undefined : STEPS[key]
}

document.addEventListener('keydown', (event) => {
  const step = stepOf(event)
  const link = step && document.querySelector(`a[data-step="${step}"]`)
  if (!(link instanceof HTMLAnchorElement)) return
  event.preventDefault()
  link.click()
})

/** Without https a browser has no clipboard to write to, but copies what is selected. @param {HTMLElement} source */
async function copy(source) {
  if (navigator.clipboard !== undefined) return navigator.clipboard.writeText(source.textContent ?? '')
  getSelection()?.selectAllChildren(source)
  document.execCommand('copy')
}

document.addEventListener('click', async ({ target }) => {
  const button = target instanceof Element ? target.closest('button[data-copy]') : null
  if (!(button instanceof HTMLButtonElement) || button.dataset.copied === undefined) return
  const source = document.getElementById(button.dataset.copy ?? '')
  const { textContent: label } = button
  if (source === null || label === button.dataset.copied) return
  await copy(source)
  button.textContent = button.dataset.copied
  setTimeout(() => {
    button.textContent = label
  }, COPIED_MS)
})

// The list stands where the one that is shown is in its middle.
const shown = document.querySelector('[data-pane] a[aria-current="true"]')
const pane = shown?.closest('[data-pane]')
if (shown instanceof HTMLElement && pane instanceof HTMLElement) {
  const below = shown.getBoundingClientRect().top - pane.getBoundingClientRect().top
  if (below > pane.clientHeight - 2 * shown.clientHeight) pane.scrollTop += below - pane.clientHeight / 2
}

/** As far down nobody reads yet, and rows may move. */
const AT_TOP_PX = 300
/** The server tells the present state at once; a stream that is silent for so long is held back on its way. */
const FIRST_EVENT_MS = 5_000
const ASK_MS = 3_000
const ASK_MS_MAX = 30_000
/** A line that broke without a word looks like one on which nothing happens. */
const SILENCE_MS = 60_000

const find = (/** @type {string} */ name) => {
  const found = document.querySelector(`[${name}]`)
  return found instanceof HTMLElement ? found : null
}
const show = (/** @type {string} */ name, /** @type {boolean} */ isShown) => {
  const part = find(name)
  if (part !== null) part.hidden = !isShown
}

/** @type {EventSource | null} */
let events = null
/** @type {number | undefined} */
let timer
let pause = ASK_MS
let [isHeldBack, isRefreshing, isStale] = [false, false, false]

function isReading() {
  const active = document.activeElement
  const down = Math.max(scrollY, find('data-pane')?.scrollTop ?? 0)
  return down > AT_TOP_PX || document.querySelector('[data-pane] details[open]') !== null || !!active?.closest('ol, form')
}

/** Puts the list as it is now in the place of what is shown. Whoever is signed in no more comes to the sign-in. */
async function refresh() {
  isStale = true
  if (isRefreshing) return
  isRefreshing = true
  try {
    while (isStale) {
      isStale = false
      const answer = await fetch(location.href)
      if (new URL(answer.url).pathname !== location.pathname) return location.reload()
      if (!answer.ok) return
      const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
      const fresh = page.querySelector('[data-pane]')
      if (fresh !== null) find('data-pane')?.replaceChildren(...fresh.childNodes)
    }
  } catch {
    // The shop is away; whoever asks next says so.
  } finally {
    isRefreshing = false
  }
}

/** @param {string} newest */
function take(newest) {
  show('data-lost', false)
  const isNew = newest !== find('data-seen')?.dataset.seen
  show('data-more', isNew && isReading())
  if (isNew && !isReading()) refresh()
}

function askIn(/** @type {number} */ ms) {
  clearTimeout(timer)
  timer = setTimeout(ask, ms)
}

function hangUp() {
  events?.close()
  events = null
}

function listen() {
  if (isHeldBack || (events !== null && events.readyState !== EventSource.CLOSED)) return
  hangUp()
  const opened = new EventSource('/api/admin/notifications/events')
  events = opened
  const silence = setTimeout(() => {
    if (opened.readyState === EventSource.CLOSED) return
    isHeldBack = true
    hangUp()
    ask()
  }, FIRST_EVENT_MS)
  opened.addEventListener('log', ({ data }) => {
    clearTimeout(silence)
    pause = ASK_MS
    askIn(SILENCE_MS)
    take(data)
  })
  opened.addEventListener('error', () => {
    clearTimeout(silence)
    askIn(pause)
  })
}

async function ask() {
  try {
    const answer = await fetch('/api/admin/notifications/newest')
    if ([401, 403].includes(answer.status)) return refresh()
    if (!answer.ok) throw new Error('no answer')
    take(await answer.text())
  } catch {
    show('data-lost', true)
  }
  const isHeard = events?.readyState === EventSource.OPEN
  askIn(isHeard ? SILENCE_MS : pause)
  pause = Math.min(pause * 1.5, ASK_MS_MAX)
  listen()
}

/** A page that nobody looks at asks nothing. */
function wake() {
  clearTimeout(timer)
  hangUp()
  if (document.visibilityState === 'hidden') return
  isHeldBack = false
  pause = ASK_MS
  listen()
  ask()
}

/** Only the newest page of the list says what it has seen. */
function begin() {
  document.addEventListener('visibilitychange', wake)
  addEventListener('online', wake)
  document.addEventListener('click', ({ target }) => {
    if (!(target instanceof Element) || target.closest('[data-more]') === null) return
    scrollTo({ top: 0 })
    find('data-pane')?.scrollTo({ top: 0 })
    refresh()
  })
  if (document.visibilityState !== 'hidden') listen()
}

if (find('data-seen') !== null) begin()
