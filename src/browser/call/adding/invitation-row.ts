import type { CallText } from '../../../text/call-pt.ts'
import type { Person } from '../call-machine.ts'
import { say } from '../panels/elements.ts'
import { type Invitation, isOpen } from './invitations.ts'

export function invitationText(t: CallText, invitation: Invitation): string {
  if (invitation.at !== 'refused') return t.invitation[invitation.at]
  const { code } = invitation
  return isKnown(t, code) ? t.invitationRefusals[code] : t.invitationRefused(code)
}

const isKnown = (t: CallText, code: string): code is keyof CallText['invitationRefusals'] =>
  Object.hasOwn(t.invitationRefusals, code)

export type InvitationRow = {
  readonly element: HTMLLIElement
  focus: () => void
  show: (invitation: Invitation) => void
}

/** One invitation: of whom, what has become of it, and a button that takes it back or repeats it. */
export function createInvitationRow(
  t: CallText,
  { name, ip }: Person,
  press: () => void,
): InvitationRow {
  const element = document.createElement('li')
  const who = document.createElement('span')
  const words = document.createElement('bdi')
  const address = document.createElement('code')
  const state = document.createElement('span')
  const button = document.createElement('button')
  words.textContent = name
  address.textContent = ip
  state.className = 'hint'
  who.className = 'call-add__who'
  who.append(words, ' ', address, ' ', state)
  button.type = 'button'
  button.className = 'button button--quiet'
  button.addEventListener('click', press)
  element.append(who, button)
  return {
    element,
    // One button for both: what has the focus keeps it.
    focus: () => button.focus(),
    show(invitation) {
      const open = isOpen(invitation)
      say(state, invitationText(t, invitation))
      say(button, open ? t.addCancel : t.addAgain)
      button.setAttribute('aria-label', open ? t.addCancelPerson(name) : t.addPersonAgain(name))
    },
  }
}
