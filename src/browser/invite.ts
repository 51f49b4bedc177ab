/** Sharing the page's address by the browser's own means, and showing it large. */

const closest = (target: EventTarget | null, selector: string): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>(selector) : null

/** Where the browser can share. The dialog comes later than the page. */
function showShare(): void {
  if (typeof navigator.share !== 'function') return
  for (const button of document.querySelectorAll<HTMLElement>('[data-share]')) button.hidden = false
}
document.addEventListener('htmx:after:swap', showShare)
showShare()

document.addEventListener('click', ({ target }) => {
  const share = closest(target, '[data-share]')
  // A person who closes the system's window has shared nothing: that is no fault.
  if (share) navigator.share({ url: share.dataset.share ?? '' }).catch(() => {})
  const large = closest(target, '[data-large]')
  if (!large) return
  const isLarge = document.documentElement.classList.toggle('has-large-invite')
  large.ariaPressed = String(isLarge)
})

// Escape closes the dialog, and with it what is large; on the page of its own it only makes it small.
document.addEventListener('keydown', ({ key }) => {
  if (key === 'Escape') small()
})
document.addEventListener('close', small, { capture: true })

function small(): void {
  document.documentElement.classList.remove('has-large-invite')
  for (const button of document.querySelectorAll('[data-large]')) button.ariaPressed = 'false'
}
