import type { SocketHandler } from 'bun'
import type { Endpoint } from '../endpoint.ts'
import { parseIp } from '../wire/address.ts'
import type { Connection } from './connection.ts'
import type { Sockets } from './doors.ts'

type Handler = SocketHandler<Connection | undefined>

/**
 * Turns of the event loop in which whoever dialled may find out its own end of the connection. It does
 * in the first or second, unless very much happens at once.
 */
const turnsToKnow = 4

/**
 * By the process's own door comes this process alone: whoever else on this machine dials it is gone
 * within four turns of the event loop, and until then takes no place and is not listened to. Without
 * this, others could take all the places there before the key is said.
 */
export function forOursAlone(handler: Handler, isOurs: (end: Endpoint) => boolean): Handler {
  /** Those of whom it is not known yet, and in how many turns it will be. */
  const unknown = new Map<Sockets, number>()

  function decide(socket: Sockets): boolean {
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
      // Who speaks has its end of the connection, and has told of it.
      if (!unknown.has(socket) || decide(socket)) handler.data?.(socket, chunk)
    },
    close(socket, error) {
      unknown.delete(socket)
      return handler.close?.(socket, error)
    },
  }
}

function remoteOf({ remoteAddress = '', remotePort }: Sockets): Endpoint {
  const ip = parseIp(remoteAddress)
  return { ip: ip.ok ? ip.value : '', port: remotePort }
}
