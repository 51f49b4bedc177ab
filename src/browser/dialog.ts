import { sayView } from './view.ts'

/** What the dialog showed last: it is not to open a second time by itself. */
let shown: Element | null = null

/** Details open in a dialog above the list; closing it tells the server that nobody looks. */
document.addEventListener('htmx:after:swap', () => {
  const dialog = document.getElementById('dialog')
  if (!isDetails(dialog)) return
  const before = shown
  shown = dialog.firstElementChild
  // Between the closing and its event the content still stands there, and the list may change.
  if (dialog.open || !shown || shown === before) return
  dialog.showModal()
  sayView()
})

document.addEventListener(
  'close',
  ({ target }) => {
    // It may have been opened again since, with other content.
    if (!isDetails(target) || target.open) return
    target.replaceChildren()
    sayView()
  },
  // This event does not bubble.
  true,
)

document.addEventListener('click', ({ target }) => {
  // A click beside the dialog's content lands on the dialog itself. A call is not clicked away.
  if (isDetails(target)) target.close()
})

const isDetails = (target: EventTarget | null): target is HTMLDialogElement =>
  target instanceof HTMLDialogElement && target.id === 'dialog'
