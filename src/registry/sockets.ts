import type { Socket, SocketHandler } from 'bun'
import type { Log } from '../log/log.ts'
import { parseIp } from '../wire/address.ts'
import { Connection, type ConnectionParts } from './connection/connection.ts'
import type { Connections } from './connections.ts'
import type { Admission } from './entrance/admission.ts'
import type { ListenerKind } from './entrance/listeners.ts'
import { endEachAfterSilence } from './entrance/silence.ts'

type SocketsParts = {
  admission: Admission
  connections: Connections
  connectionParts: ConnectionParts
  log: Log
}

/** The connection is set when the socket opens, unless the socket is closed without a word. */
type RegistrySocket = Socket<Connection | undefined>

/** The socket handlers of one kind of listener: each admitted socket gets a place and a connection. */
export function socketHandlers(
  { admission, connections, connectionParts, log }: SocketsParts,
  kind: ListenerKind,
): SocketHandler<Connection | undefined> {
  const { limits } = connectionParts

  function open(socket: RegistrySocket): void {
    const { remoteAddress = '' } = socket
    const ip = parseIp(remoteAddress)
    // A socket that was closed before we accepted it has no address.
    if (!ip.ok) {
      socket.terminate()
      return
    }
    // The socket keeps its string. If ours is equal, reuse it: one string in memory, not two.
    const remote = {
      ip: ip.value === remoteAddress ? remoteAddress : ip.value,
      port: socket.remotePort,
    }
    const { rights, seat } = admission.admit(remote, kind)
    if (!seat.ok && seat.error === undefined) {
      socket.terminate()
      return
    }
    const connection = new Connection(socket, remote, rights, connectionParts)
    socket.data = connection
    endEachAfterSilence(socket, limits.silenceTimeoutMs)
    connections.add(connection, seat.ok ? seat.value : undefined, kind === 'tls')
    if (seat.ok) log({ event: 'connection.opened', ...remote })
    else if (seat.error) connection.refuseAndClose(seat.error)
  }

  function closed(connection: Connection): void {
    const removed = connections.remove(connection)
    if (removed) admission.left(removed.seat)
  }

  return {
    open,
    handshake(socket, agreed) {
      if (agreed && socket.data) connections.handshakeDone(socket.data)
    },
    data: (socket, chunk) => socket.data?.data(chunk),
    end: (socket) => socket.data?.inputEnd(),
    drain: (socket) => socket.data?.drain(),
    close: (socket) => socket.data && closed(socket.data),
    error(socket, error) {
      if (socket.data) return connections.failed(socket.data, error)
      log({ event: 'bug', where: 'registry', error })
      socket.terminate()
    },
  }
}
