import type { CallNews } from '../../../page-protocol.ts'
import type { CallText } from '../../../text/call-pt.ts'
import type { Person } from '../call-machine.ts'
import { block, button } from '../panels/elements.ts'
import { createAddingNote } from './adding-note.ts'
import { createFreePeople } from './free-people.ts'
import { createInvitations, isOpen, keyOf } from './invitations.ts'
import { createInvitedList } from './invited-list.ts'
import { whileOpen } from './while-open.ts'

export type AddingParts = {
  t: CallText
  /** How many may be in a call, with this person. */
  maxMembers: number
  /** `tag` comes back with the answer. */
  invite: (person: Person, tag: string) => void
  uninvite: (person: Person) => void
}

/** Who is in the call beside this person, and whom this tab has invited. */
export type Company = { members: readonly Person[]; invited: readonly Person[] }

export type Adding = {
  /** What the page is told of its call; before the call itself hears of it. */
  heard: (news: CallNews) => void
  /** Who is there now; `undefined` while no call talks. */
  show: (company: Company | undefined) => void
}

/** "Add somebody": a panel with the people that are here and free, and the invitations of this call. */
export function createAdding({ t, maxMembers, invite, uninvite }: AddingParts): Adding {
  const panel = block('call-add')
  const opener = button('call-add-button')
  const invitations = createInvitations()
  const note = createAddingNote(t)
  const list = createInvitedList(t, { again: add, cancel })
  const free = createFreePeople(t, { add, isOffered })
  const { isOpen: isPanelOpen } = whileOpen(panel, { opened, closed: renderClosed, freshen })
  let company: Company | undefined

  function isOffered(person: Person): boolean {
    const isMember = company?.members.some((each) => keyOf(each) === keyOf(person)) ?? false
    return !isMember && !invitations.has(person) && !invitations.isRefusedForGood(person)
  }

  function isFull(): boolean {
    const coming = invitations.all().filter(({ invitation }) => isOpen(invitation))
    return 1 + (company?.members.length ?? 0) + coming.length >= maxMembers
  }

  function add(person: Person): void {
    const tag = invitations.begin(person)
    render(() => list.focus(person))
    invite(person, tag)
  }

  function cancel(person: Person): void {
    invitations.drop(person)
    render(() => free.focus(person))
    uninvite(person)
    freshen()
  }

  function freshen(): void {
    if (!isFull()) free.refresh()
  }

  function opened(): void {
    free.clear()
    focusPanel()
    freshen()
  }

  function renderClosed(): void {
    invitations.dropClosed()
    render()
  }

  /** Where what has the focus is gone, it goes where that says. */
  function render(refocus: () => void = focusPanel): void {
    const all = invitations.all()
    const full = isFull()
    const hadFocus = panel.contains(document.activeElement)
    list.show(all)
    note.calling(all)
    block('call-add-full').hidden = !full
    free.show(!full)
    free.mark()
    const focused = panel.querySelector(':focus')
    if (hadFocus && (!focused || focused.closest('[hidden]'))) refocus()
    showOpener(company !== undefined && (!full || all.length > 0 || !panel.hidden))
  }

  function focusPanel(): void {
    if (isFull()) panel.querySelector<HTMLElement>('[data-call-panel-close]')?.focus()
    else free.focusSearch()
  }

  function showOpener(shown: boolean): void {
    const hadFocus = document.activeElement === opener
    opener.hidden = !shown
    if (hadFocus && !shown) block('call-stage').focus()
  }

  return {
    heard(news) {
      const changed = invitations.heard(news)
      if (!changed) return
      note.became(changed)
      render()
    },
    show(next) {
      const before = company
      company = next
      if (!next) {
        invitations.clear()
        note.clear()
        return render()
      }
      for (const silent of invitations.callHas(next.members, next.invited)) note.became(silent)
      render()
      // Whoever has left the call, or does not come, may be free now.
      if (isPanelOpen() && namesOf(before) !== namesOf(next)) freshen()
    },
  }
}

const namesOf = (company: Company | undefined): string =>
  company ? [...company.members.map(keyOf), '', ...company.invited.map(keyOf)].join() : ''
