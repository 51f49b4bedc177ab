import { sayView } from './view.ts'

/** Details open in a dialog above the list; closing it tells the server that nobody looks. */
document.addEventListener('htmx:after:swap', () => {
  const dialog = document.getElementById('dialog')
  if (!(dialog instanceof HTMLDialogElement) || dialog.open || !dialog.hasChildNodes()) return
  dialog.showModal()
  sayView()
  dialog.addEventListener(
    'close',
    () => {
      dialog.replaceChildren()
      sayView()
    },
    { once: true },
  )
})

document.addEventListener('click', (event) => {
  // A click beside the dialog's content lands on the dialog itself. A call is not clicked away.
  if (event.target instanceof HTMLDialogElement && event.target.id === 'dialog') {
    event.target.close()
  }
})
