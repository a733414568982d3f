/**
 * The number pad of the cashier: it fills in the digits, and the last one pays. Without it they are typed, and a button
 * pays.
 */
export const PHONE_JS = `(() => {
  const sheet = document.querySelector('.password'), form = sheet.closest('form')
  const digits = sheet.querySelector('.digits'), pay = sheet.querySelector('.pay'), pad = sheet.querySelector('.pad')
  let isPaid = false

  function look() {
    if (isPaid || !digits.checkValidity()) return
    isPaid = true
    form.requestSubmit(pay)
  }

  pad.addEventListener('click', ({ target }) => {
    if (target.type !== 'button') return
    digits.value = target.value === '' ? digits.value.slice(0, -1) : (digits.value + target.value).slice(0, digits.maxLength)
    look()
  })
  // A press on the pad leaves the field in focus, so that a real keyboard may go on.
  pad.addEventListener('pointerdown', (event) => event.preventDefault())
  digits.addEventListener('input', look)
  sheet.addEventListener('toggle', () => {
    if (sheet.open) digits.focus()
    else digits.value = ''
  })
  // The pad is the keyboard here; a real one types all the same.
  digits.inputMode = 'none'
  pad.hidden = false
  pay.classList.add('spare')
  if (sheet.open) look()
})()
`
