import type { CallText } from '../../../text/call-pt.ts'
import { block, sayWithName } from '../panels/elements.ts'
import type { Named } from '../panels/panels.ts'
import type { SafetyResult } from './safety-code.ts'

type AlarmingWhy = 'mismatch' | 'stranger'

/** Not everything that is not verified is an attack: a page without HTTPS is not. */
export const isAlarm = (
  result: SafetyResult,
): result is SafetyResult & { verifiable: false; why: AlarmingWhy } =>
  !result.verifiable && (result.why === 'mismatch' || result.why === 'stranger')

export type SafetyAlarm = {
  raise: (other: Named, why: AlarmingWhy) => void
  /** Shows all, but for one whose alarm stands elsewhere. */
  show: (except: string | undefined) => void
  reset: () => void
}

/**
 * The alarms of one call, each with its person. They stay until the call is over: the server could take the
 * person out of the call as soon as there is something to see.
 */
export function createSafetyAlarm(t: CallText): SafetyAlarm {
  const raised = new Map<string, { name: string; why: AlarmingWhy }>()
  let shown = ''

  return {
    raise({ key, name }, why) {
      raised.set(key, { name, why })
    },
    show(except) {
      const those = [...raised].filter(([key]) => key !== except)
      const all = JSON.stringify(those)
      // A live region speaks at every change.
      if (all === shown) return
      shown = all
      const alarm = block('call-safety-alarm')
      alarm.hidden = those.length === 0
      alarm.replaceChildren(
        ...those.map(([, { name, why }]) => {
          const line = document.createElement('span')
          sayWithName(line, t.safetyAlarms[why], name)
          return line
        }),
      )
    },
    reset: () => raised.clear(),
  }
}
