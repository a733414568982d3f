/**
 * All the script there is: it asks for the page again when something happened, lets the clock tick and copies commands.
 * It never makes HTML out of what was received; that has been escaped by the server. Without it the pages are whole.
 */
export const INSPECTOR_JS = `(() => {
  const root = new URL('.', document.currentScript.src)
  const time = new Intl.DateTimeFormat('sv-SE', { timeZone: 'Asia/Shanghai', dateStyle: 'short', timeStyle: 'medium' })
  const live = document.querySelector('[data-changes]')
  const pause = document.querySelector('[data-pause]')
  let source = null, isPaused = false, isAsking = false, isStale = false, ahead = 0

  const clocks = () => document.querySelectorAll('[data-clock]')

  function setClock() {
    ahead = Number(clocks()[0]?.dataset.clock ?? 0) - Date.now()
  }

  function tick() {
    const shown = time.format(Date.now() + ahead)
    if (!isPaused) for (const it of clocks()) it.textContent = shown.slice(Number(it.dataset.from ?? 0))
  }

  function swap(old, fresh) {
    if (old.innerHTML === fresh.innerHTML) return
    const picked = getSelection()
        if (!picked.isCollapsed && old.contains(picked.anchorNode)) return
    const known = new Set(Array.from(old.querySelectorAll('[id]'), (it) => it.id))
    const opened = Array.from(old.querySelectorAll('details[open][id]'), (it) => it.id)
    const focused = old.contains(document.activeElement) ? document.activeElement.id : ''
    old.replaceChildren(...fresh.childNodes)
    for (const it of old.querySelectorAll('li[id]')) if (!known.has(it.id)) it.classList.add('arrived')
    for (const id of opened) document.getElementById(id)?.setAttribute('open', '')
    if (focused !== '') document.getElementById(focused)?.focus({ preventScroll: true })
    prepare(old)
  }

  async function refresh() {
    isStale = true
    if (isAsking) return
    isAsking = true
    try {
      while (isStale) {
        isStale = false
        const answer = await fetch(location.href)
        if (!answer.ok) return
        const page = new DOMParser().parseFromString(await answer.text(), 'text/html')
        live.dataset.changes = page.querySelector('[data-changes]')?.dataset.changes ?? ''
        for (const old of document.querySelectorAll('[data-live]')) {
          const fresh = page.querySelector('[data-live="' + old.dataset.live + '"]')
          if (fresh) swap(old, fresh)
        }
        setClock()
      }
    } catch {
      // The server is away; the stream says when it is back.
    } finally {
      isAsking = false
    }
  }

  function listen() {
    source?.close()
    source = null
    live.dataset.state = isPaused ? 'paused' : 'away'
    if (isPaused || document.hidden) return
    source = new EventSource(new URL('_control/events', root))
    source.onopen = () => { live.dataset.state = 'live' }
    source.onerror = () => { live.dataset.state = 'away' }
    source.addEventListener('change', (event) => { if (event.data !== live.dataset.changes) refresh() })
  }

  function prepare(part) {
    for (const button of part.querySelectorAll('[data-copy]')) {
      const label = button.textContent
      button.hidden = false
      button.onclick = async () => {
        await navigator.clipboard.writeText(document.getElementById(button.dataset.copy).textContent)
        button.textContent = button.dataset.copied
        setTimeout(() => { button.textContent = label }, 2000)
      }
    }
  }

  prepare(document)
  setClock()
  setInterval(tick, 1000)
  if (!live) return
  if (pause) {
    pause.hidden = false
    pause.onclick = () => {
      isPaused = !isPaused
      pause.setAttribute('aria-pressed', String(isPaused))
      listen()
      if (!isPaused) refresh()
    }
  }
  document.addEventListener('visibilitychange', listen)
  listen()
})()
`
