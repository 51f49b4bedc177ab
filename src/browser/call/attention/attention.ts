import type { CallText } from '../../../text/call-pt.ts'
import { ringText } from '../adding/ring.ts'
import type { CallState } from '../call-machine.ts'
import { askBeforeLeaving } from './leave-question.ts'
import { startNotice, stopNotice } from './ring-notice.ts'
import { startTone, stopTone } from './ring-tone.ts'
import { startVibration, stopVibration } from './vibration.ts'
import { keepScreenOn } from './wake-lock.ts'

/** What a call asks of its person beside the page: to hear that it rings, and not to leave it by accident. */
export function askAttention(t: CallText, state: CallState): void {
  const inCall = state.at === 'connecting' || state.at === 'talking'
  keepScreenOn(inCall)
  askBeforeLeaving(inCall)
  if (state.at === 'ringing-in') {
    startTone('ring')
    startVibration()
    startNotice(t, ringText(t, state))
    return
  }
  stopNotice()
  stopVibration()
  if (state.at === 'ringing-out') startTone('ringback')
  else stopTone()
}
