/** Sharing the page's address by the browser's own means, and showing it large. */

const closest = (target: EventTarget | null, selector: string): HTMLElement | null =>
  target instanceof Element ? target.closest<HTMLElement>(selector) : null

/** Where the browser can share. The dialog comes later than the page. */
function showShare(): void {
  if (typeof navigator.share !== 'function') return
  for (const button of document.querySelectorAll<HTMLElement>('[data-share]')) button.hidden = false
}
/** Where the browser cannot after all, copying is left. */
async function shareBy(button: HTMLElement): Promise<void> {
  try {
    await navigator.share({ url: button.dataset.share ?? '' })
  } catch (error) {
    // A person who closes the system's window has shared nothing: that is no fault.
    if (error instanceof DOMException && error.name === 'AbortError') return
    button.hidden = true
    button.parentElement?.querySelector<HTMLElement>('[data-copy]')?.focus()
  }
}

document.addEventListener('htmx:after:swap', showShare)
showShare()

document.addEventListener('click', ({ target }) => {
  const share = closest(target, '[data-share]')
  if (share) shareBy(share)
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
