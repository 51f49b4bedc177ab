import type { TabSocket } from './tab.ts'

/**
 * Asks each tab for a sign of life, and ends those without one since that moment, in milliseconds of the
 * server's clock.
 */
export function beatOrEnd(tabs: Iterable<TabSocket>, since: number): void {
  for (const socket of tabs) {
    if (socket.data.heardAt < since) {
      socket.data.silent = true
      socket.terminate()
      continue
    }
    // The ping is answered by the browser itself, also in a hidden tab; the page, which cannot
    // see pings, knows by the message that the connection is alive.
    socket.ping()
    socket.send('{"beat":1}')
  }
}
