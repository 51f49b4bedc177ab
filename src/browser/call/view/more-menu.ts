import { block, button } from '../panels/elements.ts'

/**
 * The menu of the buttons for which a narrow screen has no room. On a wide one they stand in the row, and
 * this is never open. It closes by its button, by Escape, by a press outside, and by what is chosen.
 */
export function startMoreMenu(): { close: () => void } {
  const menu = block('call-more')
  const opener = button('call-more-button')
  const isOpen = () => opener.getAttribute('aria-expanded') === 'true'
  const set = (open: boolean) => opener.setAttribute('aria-expanded', String(open))
  const items = () => [...menu.querySelectorAll('button')].filter((item) => item.checkVisibility())

  function closeToOpener(): void {
    if (!isOpen()) return
    set(false)
    opener.focus()
  }

  opener.addEventListener('click', () => {
    set(!isOpen())
    if (isOpen()) items()[0]?.focus()
  })
  // Before the item's own listener: that may move the focus, or give it back later to where it was.
  menu.addEventListener('click', ({ target }) => target !== menu && closeToOpener(), true)
  // Before the shortcuts of the call, for which Escape closes a panel.
  document.addEventListener(
    'keydown',
    (event) => {
      if (event.key !== 'Escape' || !isOpen()) return
      event.stopPropagation()
      event.preventDefault()
      closeToOpener()
    },
    true,
  )
  document.addEventListener('pointerdown', ({ target }) => {
    const isInside = target instanceof Node && (menu.contains(target) || opener.contains(target))
    if (!isInside) set(false)
  })
  menu.addEventListener('focusout', ({ relatedTarget }) => {
    const stays = relatedTarget === null || relatedTarget === opener
    if (!stays && !menu.contains(relatedTarget as Node)) set(false)
  })
  menu.addEventListener('keydown', (event) => {
    const step = { ArrowDown: 1, ArrowUp: -1 }[event.key]
    if (step === undefined || !isOpen()) return
    event.preventDefault()
    const all = items()
    const at = all.findIndex((item) => item.matches(':focus'))
    all.at((at + step) % all.length)?.focus()
  })
  return { close: () => set(false) }
}
