/** The list is asked for again so often while it is open. */
const freshMs = 5_000

export type WhileOpen = { isOpen: () => boolean }

/** Follows a panel, which others open and close; while it is open, `freshen` is done again and again. */
export function whileOpen(
  panel: HTMLElement,
  acts: { opened: () => void; closed: () => void; freshen: () => void },
): WhileOpen {
  let timer: ReturnType<typeof setInterval> | undefined
  const isOpen = () => timer !== undefined
  new MutationObserver(() => {
    const isShown = !panel.hidden
    if (isShown === isOpen()) return
    if (isShown) {
      timer = setInterval(() => {
        if (!document.hidden) acts.freshen()
      }, freshMs)
      acts.opened()
    } else {
      clearInterval(timer)
      timer = undefined
      acts.closed()
    }
  }).observe(panel, { attributeFilter: ['hidden'] })
  return { isOpen }
}
