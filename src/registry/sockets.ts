import type { Socket, SocketHandler } from 'bun'
import type { Endpoint } from '../endpoint.ts'
import type { Log } from '../log/log.ts'
import { parseIp } from '../wire/address.ts'
import { maxProxyLineBytes, parseProxyLine } from '../wire/bytes/proxy-line.ts'
import { Connection, type ConnectionParts } from './connection/connection.ts'
import type { Connections } from './connections.ts'
import type { Admission } from './entrance/admission.ts'
import type { ListenerKind } from './entrance/listeners.ts'
import { endEachAfterSilence } from './entrance/silence.ts'

type SocketsParts = {
  admission: Admission
  connections: Connections
  connectionParts: ConnectionParts
  /** Whether connections from there say first whose they are; by default none. */
  isProxy?: (ip: string) => boolean
  log: Log
}

/** Seconds in which a balancer says it, which it does at once. Bun looks every four. */
const proxyLineSeconds = 8

/** The connection is set when the socket opens, unless the socket is closed without a word. */
type RegistrySocket = Socket<Connection | undefined>

/** The socket handlers of one kind of listener: each admitted socket gets a place and a connection. */
export function socketHandlers(
  { admission, connections, connectionParts, isProxy = () => false, log }: SocketsParts,
  kind: ListenerKind,
): SocketHandler<Connection | undefined> {
  const { limits, tally, now } = connectionParts
  /** Sockets that have not said yet whose connection they are. */
  const awaited = new WeakSet<RegistrySocket>()

  function open(socket: RegistrySocket): void {
    const remote = remoteOf(socket)
    // A socket that was closed before we accepted it has no address.
    if (!remote) socket.terminate()
    else if (kind === 'behalf' || kind === 'deeds') awaited.add(socket)
    // TLS would have to begin after the line.
    else if (kind === 'plain' && isProxy(remote.ip)) {
      awaited.add(socket)
      socket.timeout(proxyLineSeconds)
    } else admit(socket, remote)
  }

  /** The first bytes of a connection that is made on somebody's behalf: whose, then what they say. */
  function introduce(socket: RegistrySocket, chunk: Buffer): void {
    const end = chunk.subarray(0, maxProxyLineBytes).indexOf('\n') + 1
    const from = parseProxyLine(chunk.toString('latin1', 0, end))
    // The web half and balancers come here, and send the line in one piece (section 2).
    if (!from.ok) return notIntroduced(socket)
    awaited.delete(socket)
    socket.timeout(0)
    admit(socket, from.value)
    if (end < chunk.length) socket.data?.data(chunk.subarray(end))
  }

  function notIntroduced(socket: RegistrySocket): void {
    const remote = remoteOf(socket)
    if (remote && kind === 'plain') log({ event: 'proxy.silent', ...remote })
    socket.terminate()
  }

  function admit(socket: RegistrySocket, remote: Endpoint): void {
    const { rights, seat } = admission.admit(remote, kind)
    if (!seat.ok && seat.error === undefined) {
      socket.terminate()
      return
    }
    const connection = new Connection(socket, remote, rights, connectionParts)
    socket.data = connection
    endEachAfterSilence(socket, limits.silenceTimeoutMs)
    connections.add(connection, seat.ok ? seat.value : undefined, kind)
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
    data(socket, chunk) {
      const { requests } = tally
      const began = now()
      if (socket.data) socket.data.data(chunk)
      else if (awaited.has(socket)) introduce(socket, chunk)
      const answered = tally.requests - requests
      if (answered > 0) tally.requestSeconds.observe((now() - began) / 1000, answered)
    },
    // A balancer that only looks whether the port is open is nothing to tell.
    end: (socket) => (awaited.has(socket) ? socket.terminate() : socket.data?.inputEnd()),
    timeout: (socket) => {
      if (awaited.has(socket)) notIntroduced(socket)
    },
    drain: (socket) => socket.data?.drain(),
    close: (socket) => socket.data && closed(socket.data),
    error(socket, error) {
      if (socket.data) return connections.failed(socket.data, error)
      log({ event: 'bug', where: 'registry', error })
      socket.terminate()
    },
  }
}

function remoteOf({ remoteAddress = '', remotePort }: RegistrySocket): Endpoint | undefined {
  const ip = parseIp(remoteAddress)
  // The socket keeps its string. If ours is equal, reuse it: one string in memory, not two.
  return ip.ok
    ? { ip: ip.value === remoteAddress ? remoteAddress : ip.value, port: remotePort }
    : undefined
}
