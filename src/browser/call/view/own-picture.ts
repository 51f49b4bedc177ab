import type { CallText } from '../../../text/call-pt.ts'
import { deviceNotes } from '../devices/device-notes.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import { all, block, button, say, showTracks, video } from '../panels/elements.ts'

/** What this end sends: its own picture, the state of its buttons, and what is wrong with a device. */
export function showOwn(t: CallText, local: LocalMedia): void {
  const { video: picture, shown } = local.sent()
  const { microphone, camera, screen } = local.state()
  const calling = video('call-calling-preview')
  calling.hidden = picture === undefined
  showTracks(calling, picture)
  showTracks(video('call-own'), picture)
  block('call-own-frame').hidden = picture === undefined
  // As in a mirror: one's own face, and nothing that is to be read or found.
  const isMirrored = !shown.sharing && picture?.getSettings().facingMode !== 'environment'
  block('call-own-frame').classList.toggle('call__own--screen', !isMirrored)
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
