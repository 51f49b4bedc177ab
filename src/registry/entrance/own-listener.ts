import type { Socket, SocketHandler } from 'bun'
import type { Endpoint } from '../../endpoint.ts'
import { parseIp } from '../../wire/address.ts'

/**
 * Turns of the event loop that the web half has to learn its own end of a new connection. It needs
 * one or two, and more only if very much happens at once.
 */
const turnsToKnow = 4

/**
 * Lets only this process use its own listener. A connection of another program on this machine is
 * closed within four turns of the event loop. Until then it takes no place, and is not read. Without
 * this, other programs could take all the places before they have to say the key.
 */
export function forOursAlone<Data>(
  handler: SocketHandler<Data>,
  isOurs: (end: Endpoint) => boolean,
): SocketHandler<Data> {
  /** Sockets that may be ours or not, each with the number of turns left to decide. */
  const unknown = new Map<Socket<Data>, number>()

  function decide(socket: Socket<Data>): boolean {
    unknown.delete(socket)
    const ours = isOurs(remoteOf(socket))
    if (ours) handler.open?.(socket)
    else socket.terminate()
    return ours
  }

  function countTurn(): void {
    for (const [socket, turns] of unknown) {
      if (turns > 1) unknown.set(socket, turns - 1)
      else decide(socket)
    }
    if (unknown.size > 0) setImmediate(countTurn)
  }

  return {
    ...handler,
    open(socket) {
      if (unknown.size === 0) setImmediate(countTurn)
      unknown.set(socket, turnsToKnow)
    },
    data(socket, chunk) {
      // The web half knows its end before it sends anything.
      if (!unknown.has(socket) || decide(socket)) handler.data?.(socket, chunk)
    },
    close(socket, error) {
      unknown.delete(socket)
      return handler.close?.(socket, error)
    },
  }
}

function remoteOf({ remoteAddress = '', remotePort }: Socket<unknown>): Endpoint {
  const ip = parseIp(remoteAddress)
  return { ip: ip.ok ? ip.value : '', port: remotePort }
}
