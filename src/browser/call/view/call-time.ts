import type { CallText } from '../../../text/call-pt.ts'
import type { CallState } from '../call-machine.ts'
import { all, block, say } from '../panels/elements.ts'

/** How long the call lasts, or what it waits for and how long still. */
export function showTime(t: CallText, state: CallState): void {
  if (state.at === 'talking') {
    say(block('call-time'), durationText(performance.now() - state.since))
  } else if ('until' in state) {
    for (const each of all('[data-call-countdown]')) say(each, waitText(t, state))
  }
}

function waitText(t: CallText, state: CallState): string {
  switch (state.at) {
    case 'ringing-in':
      return t.ringsFor(secondsTo(state.ringsUntil))
    case 'ringing-out':
      return t.ringsThere(secondsTo(state.ringsUntil))
    case 'asking':
      return t.asking
    default:
      return t.connecting
  }
}

const secondsTo = (moment: number): number =>
  Math.max(0, Math.ceil((moment - performance.now()) / 1_000))

/** As clocks write it: 0:07, 12:34, 1:02:03. */
function durationText(milliseconds: number): string {
  const seconds = Math.max(0, Math.floor(milliseconds / 1_000))
  const two = (number: number) => String(number).padStart(2, '0')
  const hours = Math.floor(seconds / 3_600)
  const minutes = Math.floor(seconds / 60) % 60
  const rest = two(seconds % 60)
  return hours > 0 ? `${hours}:${two(minutes)}:${rest}` : `${minutes}:${rest}`
}
