import type { CallText } from '../../../text/call-pt.ts'
import { callTitle } from '../adding/names.ts'
import { showRing } from '../adding/ring.ts'
import { type CallState, membersOf } from '../call-machine.ts'
import { initialOf } from '../call-texts.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import type { Grid } from '../grid/grid.ts'
import { all, block, say, sayWithName, sayWithNames } from '../panels/elements.ts'
import { createCallDialogs } from './call-dialogs.ts'
import { showTime } from './call-time.ts'
import { createOutcomeNotice } from './outcome-notice.ts'
import { showOwn } from './own-picture.ts'

export type CallView = {
  show: (state: CallState) => void
  showLocal: () => void
  /** Whether messages go to that member. */
  setChannelOpen: (key: string, open: boolean) => void
}

/** Puts the state of the call on the page; what the person does about it is `call-buttons.ts`'s. */
export function createCallView(t: CallText, local: LocalMedia, grid: Grid): CallView {
  let state: CallState = { at: 'idle' }
  const withoutChannel = new Set<string>()
  const showDialog = createCallDialogs()
  const showOutcome = createOutcomeNotice(t)

  function showPerson(name: string, ip: string): void {
    for (const each of all('[data-call-initial]')) say(each, initialOf(name))
    for (const each of all('[data-call-their-ip]')) say(each, ip)
  }

  function showOthers(): void {
    if (state.at !== 'connecting' && state.at !== 'talking') return
    const { others, person } = state
    grid.members(others.map((other) => ({ key: other.key, ...other.person, link: other.link })))
    const people = others.length > 0 ? others.map((other) => other.person) : [person]
    sayWithNames(
      block('call-title'),
      callTitle(t),
      people.map(({ name }) => name),
    )
  }

  setInterval(() => showTime(t, state), 1_000)

  function showBanner(): void {
    let words = ''
    if (state.at === 'talking') {
      const { others } = state
      // Of one of several its own picture tells.
      if (others.every(({ link }) => link === 'broken')) words = t.reconnecting
      else if (state.signalling !== 'there') words = t.serverAway
      else if (others.some(({ key }) => withoutChannel.has(key))) words = t.channelAway
    }
    say(block('call-banner'), words)
  }

  return {
    show(next) {
      const before = state
      state = next
      if ('person' in state) {
        const { name, ip } = state.person
        showPerson(name, ip)
        if (state.at === 'ringing-in') showRing(t, state)
        const calls = state.at === 'answering' ? t.answering : t.calling
        sayWithName(block('call-calling-title'), calls, name)
      }
      block('call-area').dataset.state = state.at
      showTime(t, state)
      if (membersOf(state).length === 0) withoutChannel.clear()
      showOthers()
      showBanner()
      showDialog(state)
      if (state.at !== before.at || isAnotherOutcome(state, before)) showOutcome(state)
    },
    showLocal() {
      showOwn(t, local)
      grid.own()
    },
    setChannelOpen(key, open) {
      if (open) withoutChannel.delete(key)
      else withoutChannel.add(key)
      showBanner()
    },
  }
}

/** Of two presses one after the other, of which none becomes a call. */
const isAnotherOutcome = (state: CallState, before: CallState): boolean =>
  state.at === 'over' && before.at === 'over' && state.outcome !== before.outcome
