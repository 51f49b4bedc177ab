import type { CallText } from '../../../text/call-pt.ts'
import type { Person } from '../call-machine.ts'
import { block } from '../panels/elements.ts'
import { createInvitationRow, type InvitationRow } from './invitation-row.ts'
import { type Invited, isOpen, keyOf } from './invitations.ts'

export type InvitedList = {
  show: (all: readonly Invited[]) => void
  focus: (person: Person) => void
}

/** The invitations above the list of free people: each stays, whatever is searched for. */
export function createInvitedList(
  t: CallText,
  acts: { again: (person: Person) => void; cancel: (person: Person) => void },
): InvitedList {
  const list = block('call-add-invited')
  const rows = new Map<string, { row: InvitationRow; now: Invited }>()

  function rowOf(invited: Invited): InvitationRow {
    const { person } = invited
    const key = keyOf(person)
    const press = () => {
      const now = rows.get(key)?.now
      if (now) (isOpen(now.invitation) ? acts.cancel : acts.again)(person)
    }
    const row = rows.get(key)?.row ?? createInvitationRow(t, person, press)
    rows.set(key, { row, now: invited })
    return row
  }

  return {
    show(all) {
      const keys = new Set(all.map(({ person }) => keyOf(person)))
      for (const [key, { row }] of rows) {
        if (keys.has(key)) continue
        row.element.remove()
        rows.delete(key)
      }
      for (const invited of all) {
        const row = rowOf(invited)
        row.show(invited.invitation)
        // One that stands there is not moved: that would take the focus from it.
        if (!row.element.isConnected) list.append(row.element)
      }
      list.hidden = rows.size === 0
    },
    focus: (person) => rows.get(keyOf(person))?.row.focus(),
  }
}
