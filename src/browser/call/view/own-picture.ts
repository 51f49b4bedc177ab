import type { CallText } from '../../../text/call-pt.ts'
import { deviceNotes } from '../devices/device-notes.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import { all, button, say, showTracks, video } from '../panels/elements.ts'

/** What this end sends: its picture while it calls, the state of its buttons, and what is wrong with a device. */
export function showOwn(t: CallText, local: LocalMedia): void {
  const { video: picture } = local.sent()
  const { microphone, camera, screen } = local.state()
  const calling = video('call-calling-preview')
  calling.hidden = picture === undefined
  showTracks(calling, picture)
  press('call-mute', !microphone.on)
  press('call-camera-off', !camera.on)
  press('call-share', screen.on)
  const problems = deviceNotes(t, local.state())
  for (const each of all('[data-call-problems]')) {
    say(each, problems.join('\n'))
    each.hidden = problems.length === 0
  }
}

const press = (id: string, pressed: boolean): void =>
  button(id).setAttribute('aria-pressed', String(pressed))
