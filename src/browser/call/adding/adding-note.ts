import type { CallText } from '../../../text/call-pt.ts'
import { block, say, sayWithNames } from '../panels/elements.ts'
import { invitationText } from './invitation-row.ts'
import { type Invited, isOpen } from './invitations.ts'
import { inWords } from './names.ts'

/** Time to read what became of an invitation. */
const noteMs = 6_000

export type AddingNote = {
  /** Who is being called; nobody where the list is empty. */
  calling: (all: readonly Invited[]) => void
  /** An invitation has become another: said aloud too. */
  became: (invited: Invited) => void
  clear: () => void
}

/** One line below the pictures on invitations, seen while their list is closed. */
export function createAddingNote(t: CallText): AddingNote {
  const note = block('call-add-note')
  let timer: ReturnType<typeof setTimeout> | undefined
  let open: readonly string[] = []

  function showOpen(): void {
    timer = undefined
    if (open.length === 0) return say(note, '')
    sayWithNames(note, (names) => t.addCalling(inWords(t, names)), open)
  }

  return {
    calling(all) {
      open = all.filter(({ invitation }) => isOpen(invitation)).map(({ person: { name } }) => name)
      if (timer === undefined) showOpen()
    },
    became({ person: { name }, invitation }) {
      if (isOpen(invitation)) return say(block('call-say'), t.addCalling(name))
      const words = ([one]: readonly string[]) => `${one}: ${invitationText(t, invitation)}`
      sayWithNames(note, words, [name])
      say(block('call-say'), words([name]))
      clearTimeout(timer)
      timer = setTimeout(showOpen, noteMs)
    },
    clear() {
      clearTimeout(timer)
      open = []
      showOpen()
    },
  }
}
