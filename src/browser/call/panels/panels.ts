import { all, block, button } from './elements.ts'

/** One of the others in a call. The key stays the same for as long as that person is in it. */
export type Named = { key: string; name: string }

/** The panels beside the picture: at most one is open, each with its button. */
export type Panels = {
  toggle: (id: string) => void
  close: () => void
  isOpen: (id: string) => boolean
}

export function createPanels(onOpen: (id: string) => void): Panels {
  let open: string | undefined
  const buttons = [...all('[data-call-panel]')]

  function show(id: string | undefined): void {
    const before = open
    open = id
    for (const each of buttons) {
      const mine = each.dataset.callPanel ?? ''
      each.setAttribute('aria-expanded', String(mine === id))
      block(mine).hidden = mine !== id
    }
    if (id) {
      onOpen(id)
      // In a low window the panel takes the place of its own button, and of the focus on it.
      if (!button(`${id}-button`).checkVisibility()) focusIn(block(id))
    } else if (before) focusButtonOf(before)
  }

  /** Its button may be in a menu that is closed; then the menu's. */
  function focusButtonOf(id: string): void {
    const own = button(`${id}-button`)
    ;(own.checkVisibility() ? own : button('call-more-button')).focus()
  }

  function focusIn(panel: HTMLElement): void {
    if (panel.contains(document.activeElement)) return
    panel.querySelector<HTMLElement>('[data-call-panel-close]')?.focus()
  }

  const toggle = (id: string) => show(open === id ? undefined : id)
  for (const each of buttons) {
    each.addEventListener('click', () => toggle(each.dataset.callPanel ?? ''))
  }
  for (const each of all('[data-call-panel-close]')) {
    each.addEventListener('click', () => show(undefined))
  }
  return {
    toggle,
    close: () => {
      if (open) show(undefined)
    },
    isOpen: (id) => open === id,
  }
}
