import type { CallText } from '../../../text/call-pt.ts'
import type { CallState } from '../call-machine.ts'
import type { Shown } from '../connection/channel-message.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import { all, block, say, sayWithName, video } from '../panels/elements.ts'
import { createCallDialogs } from './call-dialogs.ts'
import { showTime } from './call-time.ts'
import { createOutcomeNotice } from './outcome-notice.ts'
import { showOwn } from './own-picture.ts'
import { createSharingNotice } from './sharing-notice.ts'

export type CallView = {
  show: (state: CallState) => void
  showLocal: () => void
  showRemote: (shown: Shown | undefined) => void
  setChannelClosed: (closed: boolean) => void
}

/** Puts the state of the call on the page; what the person does about it is `call-buttons.ts`'s. */
export function createCallView(t: CallText, local: LocalMedia): CallView {
  let state: CallState = { at: 'idle' }
  let remote: Shown | undefined
  let channelClosed = false
  const showDialog = createCallDialogs()
  const showOutcome = createOutcomeNotice(t)
  const sharing = createSharingNotice(t, local)

  function showPerson(name: string, ip: string): void {
    const [initial = ''] = new Intl.Segmenter().segment(name)[Symbol.iterator]()
    const letter = typeof initial === 'string' ? initial : initial.segment
    for (const each of all('[data-call-initial]')) say(each, letter.toUpperCase())
    for (const each of all('[data-call-their-ip]')) say(each, ip)
    sayWithName(block('call-title'), t.inCallWith, name)
    video('call-remote').setAttribute('aria-label', t.pictureOf(name))
  }

  setInterval(() => showTime(t, state), 1_000)

  function showPlaceholder(): void {
    const talking = state.at === 'talking'
    const pictured = talking && remote !== undefined && (remote.camera || remote.sharing)
    block('call-remote-off').hidden = pictured
    const name = 'person' in state ? state.person.name : ''
    say(block('call-remote-note'), talking ? t.theirCameraOff : t.connecting)
    block('call-remote-muted').hidden = !(talking && remote !== undefined && !remote.microphone)
    const theyShare = talking && remote?.sharing
    if (theyShare) video('call-remote').setAttribute('aria-label', t.theyShare(name))
    sharing.theirs(theyShare ? name : undefined)
  }

  function showBanner(): void {
    let words = ''
    if (state.at === 'talking') {
      if (state.brokenAt !== undefined) words = t.reconnecting
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
        sayWithName(block('call-ringing-title'), t.ringingIn, name)
        const calls = state.at === 'answering' ? t.answering : t.calling
        sayWithName(block('call-calling-title'), calls, name)
      }
      block('call-area').dataset.state = state.at
      showTime(t, state)
      showPlaceholder()
      showBanner()
      showDialog(state)
      if (state.at !== before.at || isAnotherOutcome(state, before)) showOutcome(state)
    },
    showLocal() {
      showOwn(t, local)
      sharing.own(local.sent().shown.sharing)
    },
    showRemote(shown) {
      remote = shown
      const name = 'person' in state ? state.person.name : ''
      video('call-remote').setAttribute('aria-label', t.pictureOf(name))
      showPlaceholder()
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
