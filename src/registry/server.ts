import type { SocketHandler } from 'bun'
import type { Endpoint } from '../endpoint.ts'
import type { Guesses } from '../guesses.ts'
import type { Log } from '../log.ts'
import { parseIp } from '../wire/address.ts'
import type { ByeCode } from '../wire/message.ts'
import { formatPush } from '../wire/push.ts'
import { byeText } from '../wire/refusal.ts'
import type { Seat } from './admission.ts'
import { Broadcast } from './broadcast.ts'
import { Connection } from './connection.ts'
import type { ConnectionParts, LimitMet } from './connection-parts.ts'
import type { House } from './conversation.ts'
import type { Change, Directory } from './directory.ts'
import {
  type Certificate,
  type DoorKind,
  type DoorsParts,
  openDoors,
  type Sockets,
} from './doors.ts'
import { Held, heaviestFirst } from './held.ts'
import { KnownAnswers } from './known-answers.ts'
import type { RegistryLimits } from './limits.ts'
import { createQuietLog } from './quiet-log.ts'
import { Reception } from './reception.ts'
import { endEachAfterSilence } from './silence.ts'
import { Snapshots } from './snapshots.ts'
import { Switchboard } from './switchboard.ts'

export type RegistryParts = DoorsParts & {
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
  log: Log
  now: () => number
}

export type Registry = {
  /** Where people find it: without TLS, where it listens so. */
  readonly endpoint: Endpoint
  readonly tlsEndpoint: Endpoint | undefined
  /** The door of this process itself, where there is one. */
  readonly ownEndpoint: Endpoint | undefined
  readonly connections: number
  /** What of it the limits per address know: addresses with a connection, or lately with one. */
  readonly knownAddresses: number
  /** How many connections each limit has closed since the start, and requests refused as too fast. */
  readonly closed: Readonly<Record<LimitMet, number>>
  /** For new connections over TLS. Throws where it is no good, and keeps the old one. */
  renewCertificate(certificate: Certificate): void
  /** Tells everybody goodbye and closes; resolves within one and a half close graces. */
  stop(): Promise<void>
}

/** How often overdue connections are looked for; the granularity of every time limit. */
const sweepMs = 250

/** How often addresses are forgotten. */
const forgetMs = 10_000

/**
 * The registry on its TCP port. Throws, with the system's code (`EADDRINUSE`, …), where it cannot
 * listen there.
 */
export function startRegistry(parts: RegistryParts): Registry {
  const { directory, limits, now } = parts
  const { log, tellOmitted } = createQuietLog(parts.log, now)
  /** With their places; those that were refused have none. */
  const connections = new Map<Connection, Seat | undefined>()
  const held = new Held(limits.maxHeldBytes, relieve)
  const broadcast = new Broadcast(held)
  /** Those that the sweep has to look at; the others cost it nothing. */
  const awaited = new Set<Connection>()
  const closed: Record<LimitMet, number> = {
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
  /** Those with whom TLS is not agreed yet: nothing can be said to them. */
  const unagreed = new Set<Connection>()
  let forgottenAt = now()

  const switchboard = new Switchboard({
    directory,
    limits,
    now,
    newId: randomId,
    log,
    changed: (push) => broadcast.tellLater(formatPush(push)),
  })
  const house: House = {
    directory,
    switchboard,
    server: () => front.endpoint,
    isOwnEndpoint: parts.isOwnEndpoint,
  }

  const unsubscribe = directory.subscribe((change) => broadcast.tellLater(formatChange(change)))

  const met = (limit: LimitMet) => {
    closed[limit] += 1
  }
  const { isTrusted, isKey, isAccessCode, guesses } = parts
  const secrets = { isKey, isAccessCode, guesses }
  const reception = new Reception({ limits, now, log, met, isTrusted, ...secrets })

  const connectionParts: ConnectionParts = {
    house,
    knownAnswers: new KnownAnswers(directory),
    snapshots: new Snapshots(directory, held),
    held,
    limits,
    log,
    now,
    webUrl: parts.webUrl,
    met,
    changed(connection) {
      const waits = connection.waitingFor
      if (waits) awaited.add(connection)
      else awaited.delete(connection)
      if (connection.trusted) connections.get(connection)?.exempt()
      broadcast.changed(connection)
    },
    failed,
  }

  function sweep(): void {
    const time = now()
    tellOmitted()
    if (time - forgottenAt > forgetMs) {
      forgottenAt = time
      reception.forget()
    }
    try {
      switchboard.expire()
    } catch (error) {
      log({ event: 'bug', where: 'registry', error })
    }
    for (const connection of awaited) {
      if (connection.deadline > time) continue
      try {
        endWait(connection)
      } catch (error) {
        failed(connection, error)
      }
    }
  }

  function endWait(connection: Connection): void {
    switch (connection.waitingFor) {
      case 'sign-in':
        met('signIn')
        log({
          event: 'sign-in.timeout',
          ...connection.remote,
          seconds: limits.signInTimeoutMs / 1000,
        })
        if (unagreed.has(connection)) connection.abandon()
        else connection.sayGoodbye(bye('sign-in-timeout'))
        break
      case 'reader':
        met('stalled')
        log({
          event: 'connection.stalled',
          ...connection.remote,
          seconds: limits.stallTimeoutMs / 1000,
        })
        connection.abandon()
        break
      case 'close':
        connection.abandon()
    }
  }

  /** Well below the limit, so that not every byte more is a reason to look at everybody. */
  function relieve(): void {
    for (const connection of heaviestFirst(connections.keys())) {
      if (held.total <= limits.maxHeldBytes * 0.75) break
      met('heaviest')
      log({ event: 'connection.heaviest', ...connection.remote, bytes: connection.weight })
      connection.abandon()
    }
  }

  function open(socket: Sockets, door: DoorKind): void {
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
    const { welcome, seat } = reception.receive(remote, door)
    if (!seat.ok && seat.error === undefined) {
      socket.terminate()
      return
    }
    const connection = new Connection(socket, remote, welcome, connectionParts)
    socket.data = connection
    endEachAfterSilence(socket, limits.silenceTimeoutMs)
    connections.set(connection, seat.ok ? seat.value : undefined)
    awaited.add(connection)
    if (door === 'tls') unagreed.add(connection)
    if (seat.ok) log({ event: 'connection.opened', ...remote })
    else if (seat.error) connection.refuseAndClose(seat.error)
  }

  /** A bug that has to do with one connection ends that one, and nobody else notices. */
  function failed(connection: Connection, error: unknown): void {
    log({ event: 'bug', where: 'registry', error })
    try {
      if (connection.open) connection.sayGoodbye(bye('internal-error'))
      else connection.abandon()
    } catch (again) {
      log({ event: 'bug', where: 'registry', error: again })
      connection.cut()
    }
  }

  function forget(connection: Connection): void {
    const seat = connections.get(connection)
    if (!connections.delete(connection)) return
    unagreed.delete(connection)
    reception.left(seat)
    connection.gone()
  }

  const handlers = (kind: DoorKind): SocketHandler<Connection | undefined> => ({
    open: (socket) => open(socket, kind),
    handshake(socket, agreed) {
      if (agreed && socket.data) unagreed.delete(socket.data)
    },
    data: (socket, chunk) => socket.data?.data(chunk),
    end: (socket) => socket.data?.inputEnd(),
    drain: (socket) => socket.data?.drain(),
    close: (socket) => socket.data && forget(socket.data),
    error(socket, error) {
      if (socket.data) return failed(socket.data, error)
      log({ event: 'bug', where: 'registry', error })
      socket.terminate()
    },
  })
  const doors = openDoors(parts, handlers)
  const [front] = doors
  const doorOf = (kind: DoorKind) => doors.find((door) => door.kind === kind)
  const sweeper = setInterval(sweep, sweepMs)
  for (const { kind, endpoint } of doors) {
    if (kind !== 'own') log({ event: 'registry.started', ...endpoint, tls: kind === 'tls' })
  }

  return {
    endpoint: front.endpoint,
    tlsEndpoint: doorOf('tls')?.endpoint,
    ownEndpoint: doorOf('own')?.endpoint,
    get connections() {
      return connections.size
    },
    get knownAddresses() {
      return reception.knownAddresses
    },
    closed,
    renewCertificate: (certificate) => doorOf('tls')?.renew(certificate),
    async stop() {
      for (const door of doors) door.close()
      for (const connection of connections.keys()) {
        try {
          if (unagreed.has(connection)) connection.abandon()
          else connection.sayGoodbye(bye('shutdown'))
        } catch (error) {
          failed(connection, error)
        }
      }
      const deadline = now() + 1.5 * limits.closeGraceMs
      while (connections.size > 0 && now() < deadline) await Bun.sleep(10)
      for (const connection of connections.keys()) connection.abandon()
      clearInterval(sweeper)
      unsubscribe()
    },
  }
}

const bye = (code: ByeCode) => ({ kind: 'bye', code, text: byeText[code] }) as const

/** 128 bits, so that an id tells nobody of another; in base64url. */
const randomId = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')

const formatChange = ({ kind, registration }: Change): string =>
  formatPush({ kind, ...registration })
