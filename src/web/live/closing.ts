import { inRounds } from '../../limits/in-rounds.ts'
import type { Ending } from '../session/sessions.ts'
import type { TabSocket } from './tab.ts'

// Close codes after which pages dial again (RFC 6455, section 7.4.1, and its registry at IANA).
export const restarting = 1012
export const tryAgain = 1013
// Those after which they do not.
export const policyViolated = 1008
const normal = 1000

/** Sends the page to another one of ours, which is not connected. `path` begins with the base. */
export function sendAway(socket: TabSocket, path: string): undefined {
  socket.send(JSON.stringify({ go: path }))
  socket.close(normal)
}

/** The session of this tab is over. */
export function closeAfter(ending: Ending, socket: TabSocket, base: string): void {
  // Where its browser went on at another server, the tab is led there as well.
  if (ending === 'displaced') socket.close(restarting)
  else sendAway(socket, base + (ending === 'left' ? '/?notice=left' : '/?notice=lost'))
}

/** Fewer would make a stop of a small server long. */
const sentAwayPerSecond = 500

/** These pages dial again, at another server, some at a time. Resolves when the last was told. */
export const dialElsewhere = (sockets: readonly TabSocket[], lastsMs: number): Promise<void> =>
  inRounds(sockets, { lastsMs, perSecond: sentAwayPerSecond }, (socket) => socket.close(restarting))
