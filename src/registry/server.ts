import type { Socket, SocketHandler } from 'bun'
import type { Endpoint } from '../endpoint.ts'
import type { Guesses } from '../limits/guesses.ts'
import type { LimitHit, RegistryLimits } from '../limits/registry-limits.ts'
import type { Log } from '../log/log.ts'
import { randomText } from '../secrets.ts'
import { parseIp } from '../wire/address.ts'
import { formatPush } from '../wire/push.ts'
import { Switchboard } from './calls/switchboard.ts'
import { AnswerCache } from './connection/answer-cache.ts'
import { Broadcast } from './connection/broadcast.ts'
import { Connection, type ConnectionParts } from './connection/connection.ts'
import type { Services } from './connection/conversation.ts'
import { Held } from './connection/held-bytes.ts'
import { Snapshots } from './connection/snapshots.ts'
import { Connections } from './connections.ts'
import type { Change, Directory } from './directory/directory.ts'
import { Admission } from './entrance/admission.ts'
import {
  type Certificate,
  type ListenerKind,
  type ListenersParts,
  openListeners,
} from './entrance/listeners.ts'
import { endEachAfterSilence } from './entrance/silence.ts'

export type RegistryParts = ListenersParts & {
  directory: Directory
  /** Whether connections from there may register on somebody else's behalf. */
  isTrusted: (ip: string) => boolean
  isKey: (secret: string) => boolean
  /** Whether this is what one has to say first; `undefined` where nothing is to be said. */
  isAccessCode?: ((secret: string) => boolean) | undefined
  /** How often either was guessed, here or elsewhere in this process. */
  guesses: Guesses
  /** Whether calls to that address would reach this process itself. */
  isOwnEndpoint: (endpoint: Endpoint) => boolean
  /** Where the web page is, for browsers that dial the registry's port by mistake. */
  webUrl: () => string
  limits: RegistryLimits
  /** Strangers can cause any number of lines: bounded (`boundLog`) where it is written down. */
  log: Log
  now: () => number
}

export type Registry = {
  /** Where people find it: without TLS, where it listens so. */
  readonly endpoint: Endpoint
  readonly tlsEndpoint: Endpoint | undefined
  /** The listener for this process itself, where there is one. */
  readonly ownEndpoint: Endpoint | undefined
  readonly connections: number
  /** How many connections each limit has closed since the start, and requests refused as too fast. */
  readonly closed: Readonly<Record<LimitHit, number>>
  /** For new connections over TLS. Throws where it is no good, and keeps the old one. */
  renewCertificate(certificate: Certificate): void
  /** Tells everybody goodbye and closes; resolves within one and a half close graces. */
  stop(): Promise<void>
}

/** How often overdue connections are looked for; the granularity of every time limit. */
const sweepMs = 250

/**
 * The registry on its TCP port. Throws, with the system's code (`EADDRINUSE`, …), where it cannot
 * listen there.
 */
export function startRegistry(parts: RegistryParts): Registry {
  const { directory, limits, now, log } = parts
  const held = new Held(limits.maxHeldBytes, () => connections.relieve(held))
  const broadcast = new Broadcast(held)
  const hits: Record<LimitHit, number> = {
    stalled: 0,
    signIn: 0,
    full: 0,
    addressFull: 0,
    addressFast: 0,
    unsaid: 0,
    slowWatcher: 0,
    lineTooLong: 0,
    wrongSecrets: 0,
    tooFast: 0,
    relentless: 0,
    heaviest: 0,
  }

  const limitHit = (limit: LimitHit) => {
    hits[limit] += 1
  }
  const connections = new Connections({ limits, now, log, limitHit })

  const switchboard = new Switchboard({
    directory,
    limits,
    now,
    // So that an id tells nobody of another.
    newId: () => randomText(16),
    log,
    changed: (push) => broadcast.tellLater(formatPush(push)),
  })
  const services: Services = {
    directory,
    switchboard,
    server: () => front.endpoint,
    isOwnEndpoint: parts.isOwnEndpoint,
  }

  const unsubscribe = directory.subscribe((change) => broadcast.tellLater(formatChange(change)))

  const { isTrusted, isKey, isAccessCode, guesses } = parts
  const secrets = { isKey, isAccessCode, guesses }
  const admission = new Admission({ limits, now, log, limitHit, isTrusted, ...secrets })

  const connectionParts: ConnectionParts = {
    services,
    answerCache: new AnswerCache(directory),
    snapshots: new Snapshots(directory, held),
    held,
    limits,
    log,
    now,
    webUrl: parts.webUrl,
    limitHit,
    changed(connection) {
      connections.changed(connection)
      broadcast.changed(connection)
    },
    failed: (connection, error) => connections.failed(connection, error),
  }

  function sweep(): void {
    try {
      switchboard.expire()
    } catch (error) {
      log({ event: 'bug', where: 'registry', error })
    }
    connections.endOverdue()
  }

  function open(socket: Socket<Connection | undefined>, kind: ListenerKind): void {
    const { remoteAddress = '' } = socket
    const ip = parseIp(remoteAddress)
    // A peer that was gone before it was accepted has no address any more.
    if (!ip.ok) {
      socket.terminate()
      return
    }
    // The socket keeps its own: where they are the same, one string is enough.
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

  const handlers = (kind: ListenerKind): SocketHandler<Connection | undefined> => ({
    open: (socket) => open(socket, kind),
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
  })
  const listeners = openListeners<Connection | undefined>(parts, undefined, handlers)
  const [front] = listeners
  const listenerOf = (kind: ListenerKind) => listeners.find((listener) => listener.kind === kind)
  const sweeper = setInterval(sweep, sweepMs)
  for (const { kind, endpoint } of listeners) {
    if (kind !== 'own') log({ event: 'registry.started', ...endpoint, tls: kind === 'tls' })
  }

  return {
    endpoint: front.endpoint,
    tlsEndpoint: listenerOf('tls')?.endpoint,
    ownEndpoint: listenerOf('own')?.endpoint,
    get connections() {
      return connections.size
    },
    closed: hits,
    renewCertificate: (certificate) => listenerOf('tls')?.renew(certificate),
    async stop() {
      for (const listener of listeners) listener.close()
      await connections.end()
      clearInterval(sweeper)
      unsubscribe()
    },
  }
}

const formatChange = ({ kind, registration }: Change): string =>
  formatPush({ kind, ...registration })
