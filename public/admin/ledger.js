/*
 * All the script of the pages that show received messages: keys that go to the next and the previous one, and buttons
 * that copy. Every key has a link and every text can be selected, so nothing needs it. It sends nothing anywhere.
 */
;(() => {
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
})()
