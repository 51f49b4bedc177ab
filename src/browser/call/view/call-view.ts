import type { CallText } from '../../../text/call-pt.ts'
import type { CallState } from '../call-machine.ts'
import type { Shown } from '../connection/channel-message.ts'
import { deviceNotes } from '../devices/device-notes.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import { all, block, button, element, say, showTracks, video } from '../panels/elements.ts'
import { createOutcomeNotice } from './outcome-notice.ts'

export type CallView = {
  show: (state: CallState) => void
  showLocal: () => void
  showRemote: (shown: Shown | undefined) => void
  setChannelClosed: (closed: boolean) => void
}

/** Puts the state of the call on the page; what the person does about it is `call-page.ts`'s. */
export function createCallView(t: CallText, local: LocalMedia): CallView {
  const dialogs = {
    'call-ringing': element('call-ringing', HTMLDialogElement),
    'call-calling': element('call-calling', HTMLDialogElement),
    call: element('call', HTMLDialogElement),
  }
  let state: CallState = { at: 'idle' }
  let remote: Shown | undefined
  let channelClosed = false
  const showOutcome = createOutcomeNotice(t)

  for (const [id, dialog] of Object.entries(dialogs)) {
    // A call is answered, refused or hung up, by its buttons; it is not dismissed.
    dialog.addEventListener('cancel', (event) => event.preventDefault())
    dialog.addEventListener('close', () => {
      if (dialogOf(state) === id && !dialog.open) dialog.showModal()
    })
  }

  function showDialog(wanted: string | undefined): void {
    for (const [id, dialog] of Object.entries(dialogs)) {
      if (id !== wanted && dialog.open) dialog.close()
    }
    for (const [id, dialog] of Object.entries(dialogs)) {
      if (id === wanted && !dialog.open) dialog.showModal()
    }
  }

  function showPerson(name: string, ip: string): void {
    const [initial = ''] = new Intl.Segmenter().segment(name)[Symbol.iterator]()
    const letter = typeof initial === 'string' ? initial : initial.segment
    for (const each of all('[data-call-initial]')) say(each, letter.toUpperCase())
    for (const each of all('[data-call-their-ip]')) say(each, ip)
    say(block('call-title'), t.inCallWith(name))
    video('call-remote').setAttribute('aria-label', t.pictureOf(name))
  }

  function showTime(): void {
    if (state.at === 'talking') {
      say(block('call-time'), durationText(performance.now() - state.since))
    } else if ('until' in state) {
      const words =
        state.at === 'ringing-in'
          ? t.ringsFor(secondsTo(state.ringsUntil))
          : state.at === 'ringing-out'
            ? t.ringsThere(secondsTo(state.ringsUntil))
            : state.at === 'asking'
              ? t.asking
              : t.connecting
      for (const each of all('[data-call-countdown]')) say(each, words)
    }
  }
  setInterval(showTime, 1_000)

  function showPlaceholder(): void {
    const talking = state.at === 'talking'
    const pictured = talking && remote !== undefined && (remote.camera || remote.sharing)
    block('call-remote-off').hidden = pictured
    const name = 'person' in state ? state.person.name : ''
    say(block('call-remote-note'), talking ? t.theirCameraOff : t.connecting)
    block('call-remote-muted').hidden = !(talking && remote !== undefined && !remote.microphone)
    if (remote?.sharing) video('call-remote').setAttribute('aria-label', t.theyShare(name))
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
        say(block('call-ringing-title'), t.ringingIn(name))
        say(
          block('call-calling-title'),
          state.at === 'answering' ? t.answering(name) : t.calling(name),
        )
      }
      block('call-area').dataset.state = state.at
      showTime()
      showPlaceholder()
      showBanner()
      showDialog(dialogOf(state))
      if (state.at !== before.at) showOutcome(state)
    },
    showLocal() {
      const { video: picture, shown } = local.sent()
      const { microphone, camera, screen } = local.state()
      const calling = video('call-calling-preview')
      calling.hidden = picture === undefined
      showTracks(calling, picture)
      showTracks(video('call-own'), picture)
      block('call-own-frame').hidden = picture === undefined
      block('call-own-frame').classList.toggle('call__own--screen', shown.sharing)
      press('call-mute', !microphone.on)
      press('call-camera-off', !camera.on)
      press('call-share', screen.on)
      const problems = deviceNotes(t, local.state())
      for (const each of all('[data-call-problems]')) {
        say(each, problems.join('\n'))
        each.hidden = problems.length === 0
      }
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

const press = (id: string, pressed: boolean): void =>
  button(id).setAttribute('aria-pressed', String(pressed))

/** As clocks write it: 0:07, 12:34, 1:02:03. */
const secondsTo = (moment: number): number =>
  Math.max(0, Math.ceil((moment - performance.now()) / 1_000))

function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000))
  const two = (number: number) => String(number).padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  const rest = two(seconds % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}
