import type { Socket, SocketHandler } from 'bun'
import type { Endpoint } from '../../endpoint.ts'
import { parseIp } from '../../wire/address.ts'

/**
 * Turns of the event loop in which the dialling half of this process may learn its own end of the
 * connection. It does so in the first or second turn, unless very much happens at once.
 */
const turnsToKnow = 4

/**
 * Only this process may use its own listener. Another program of this machine that dials it is closed
 * within four turns of the event loop, and until then takes no place and is not read from. Without
 * this, other programs could take all the places before the key is said.
 */
export function forOursAlone<Data>(
  handler: SocketHandler<Data>,
  isOurs: (end: Endpoint) => boolean,
): SocketHandler<Data> {
  /** Sockets of which it is not known yet, and the turns that they have left. */
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
      // Our own half knows its end before it sends anything.
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
