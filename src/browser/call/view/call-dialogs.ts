import type { CallState } from '../call-machine.ts'
import { element } from '../panels/elements.ts'

/** The windows of a call: at most one is open, as its state says. */
export function createCallDialogs(): (state: CallState) => void {
  const dialogs = {
    'call-ringing': element('call-ringing', HTMLDialogElement),
    'call-calling': element('call-calling', HTMLDialogElement),
    call: element('call', HTMLDialogElement),
  }
  let wanted: string | undefined

  for (const [id, dialog] of Object.entries(dialogs)) {
    // A call is answered, refused or hung up, by its buttons; it is not dismissed.
    dialog.addEventListener('cancel', (event) => event.preventDefault())
    dialog.addEventListener('close', () => {
      if (wanted === id && !dialog.open) dialog.showModal()
    })
  }

  return (state) => {
    wanted = dialogOf(state)
    for (const [id, dialog] of Object.entries(dialogs)) {
      if (id !== wanted && dialog.open) dialog.close()
    }
    for (const [id, dialog] of Object.entries(dialogs)) {
      if (id === wanted && !dialog.open) dialog.showModal()
    }
  }
}

function dialogOf({ at }: CallState): string | undefined {
  switch (at) {
    case 'ringing-in':
      return 'call-ringing'
    case 'asking':
    case 'ringing-out':
    case 'answering':
      return 'call-calling'
    case 'connecting':
    case 'talking':
      return 'call'
    default:
      return undefined
  }
}
