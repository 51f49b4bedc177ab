import type { CallText } from '../../../text/call-pt.ts'
import { callTitle } from '../adding/names.ts'
import { showRing } from '../adding/ring.ts'
import type { CallState } from '../call-machine.ts'
import { initialOf } from '../call-texts.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import type { Grid } from '../grid/grid.ts'
import type { Member } from '../grid/member.ts'
import { all, block, say, sayWithName, sayWithNames } from '../panels/elements.ts'
import { createCallDialogs } from './call-dialogs.ts'
import { showTime } from './call-time.ts'
import { createOutcomeNotice } from './outcome-notice.ts'
import { showOwn } from './own-picture.ts'

export type CallView = {
  show: (state: CallState) => void
  showLocal: () => void
  setChannelClosed: (closed: boolean) => void
}

/** Puts the state of the call on the page; what the person does about it is `call-buttons.ts`'s. */
export function createCallView(t: CallText, local: LocalMedia, grid: Grid): CallView {
  let state: CallState = { at: 'idle' }
  let channelClosed = false
  const showDialog = createCallDialogs()
  const showOutcome = createOutcomeNotice(t)

  function showPerson(name: string, ip: string): void {
    for (const each of all('[data-call-initial]')) say(each, initialOf(name))
    for (const each of all('[data-call-their-ip]')) say(each, ip)
  }

  function showOthers(others: readonly Member[]): void {
    grid.members(others)
    const names = others.map(({ name }) => name)
    sayWithNames(block('call-title'), callTitle(t), names)
  }

  setInterval(() => showTime(t, state), 1_000)

  function showBanner(): void {
    let words = ''
    if (state.at === 'talking') {
      if (state.others.some(({ link }) => link === 'broken')) words = t.reconnecting
      else if (state.signalling !== 'there') words = t.serverAway
      else if (channelClosed) words = t.channelAway
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
      const others = othersIn(state)
      if (others) showOthers(others)
      showBanner()
      showDialog(state)
      if (state.at !== before.at || isAnotherOutcome(state, before)) showOutcome(state)
    },
    showLocal() {
      showOwn(t, local)
      grid.own()
    },
    setChannelClosed(closed) {
      channelClosed = closed
      showBanner()
    },
  }
}

/** Of two presses one after the other, of which none becomes a call. */
const isAnotherOutcome = (state: CallState, before: CallState): boolean =>
  state.at === 'over' && before.at === 'over' && state.outcome !== before.outcome

/** Who else is in the call, where there is one. */
function othersIn(state: CallState): Member[] | undefined {
  if (state.at === 'connecting') return [{ key: '0', ...state.person, link: 'connecting' }]
  if (state.at !== 'talking') return undefined
  return [{ key: '0', ...state.person, link: state.brokenAt === undefined ? 'up' : 'broken' }]
}
