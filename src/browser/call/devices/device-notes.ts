import type { CallText } from '../../../text/call-pt.ts'
import type { DeviceState, LocalMedia } from './local-media.ts'

/** What a person should read of the microphone, the camera and the screen; mostly nothing. */
export function deviceNotes(t: CallText, state: ReturnType<LocalMedia['state']>): string[] {
  const { microphone, camera, screen } = state
  return [
    noteOf(microphone, t.audioProblems, t.microphoneNotes),
    noteOf(camera, t.videoProblems, t.cameraNotes),
    screen.problem ? t.screenProblem : screen.silenced ? t.screenPaused : '',
  ].filter((note) => note !== '')
}

function noteOf(
  { problem, silenced, replacedBy }: DeviceState,
  problems: CallText['audioProblems'],
  notes: CallText['microphoneNotes'],
): string {
  if (problem) return problems[problem]
  if (silenced) return notes.silenced
  return replacedBy === undefined ? '' : notes.replaced(replacedBy)
}
