import type { callGridPt } from './grid-pt.ts'

export const callGridEn: typeof callGridPt = {
  you: 'You',
  enlarge: (name) => `Enlarge ${name}'s picture`,
  enlargeOwn: 'Enlarge your own picture',
  tileReconnecting: 'Reconnecting…',
  cameIn: (name) => `${name} came into the call.`,
  wentOut: (name) => `${name} left the call.`,
  memberBroken: (name) => `The connection to ${name} dropped.`,
  memberBack: (name) => `The connection to ${name} is back.`,
}
