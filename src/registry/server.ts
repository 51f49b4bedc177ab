import type { Socket, TCPSocketListener } from 'bun'
import type { Endpoint } from '../endpoint.ts'
import type { Log } from '../log.ts'
import { parseIp } from '../wire/address.ts'
import type { ByeCode } from '../wire/message.ts'
import { formatPush } from '../wire/push.ts'
import { byeText } from '../wire/refusal.ts'
import { Connection } from './connection.ts'
import type { ConnectionParts, LimitMet } from './connection-parts.ts'
import type { House } from './conversation.ts'
import type { Change, Directory } from './directory.ts'
import type { RegistryLimits } from './limits.ts'
import { Switchboard } from './switchboard.ts'

export type RegistryParts = {
  hostname: string
  /** 0 for any free one. */
  port: number
  directory: Directory
  /** Whether connections from there may register on somebody else's behalf. */
  isTrusted: (ip: string) => boolean
  isKey: (secret: string) => boolean
  /** Whether calls to that address would reach this process itself. */
  isOwnEndpoint: (endpoint: Endpoint) => boolean
  /** Where the web page is, for browsers that dial the registry's port by mistake. */
  webUrl: () => string
  limits: RegistryLimits
  log: Log
  now: () => number
}

export type Registry = {
  readonly endpoint: Endpoint
  readonly connections: number
  /** How many connections each limit has closed since the start. */
  readonly closed: Readonly<Record<LimitMet, number>>
  /** Tells everybody goodbye and closes; resolves within one and a half close graces. */
  stop(): Promise<void>
}

type Sockets = Socket<Connection | undefined>

/** How often overdue connections are looked for; the granularity of every time limit. */
const sweepMs = 250

/**
 * The registry on its TCP port. Throws, with the system's code (`EADDRINUSE`, …), where it cannot
 * listen there.
 */
export function startRegistry(parts: RegistryParts): Registry {
  const { directory, limits, log, now } = parts
  const connections = new Set<Connection>()
  const watchers = new Set<Connection>()
  /** Those that the sweep has to look at; the others cost it nothing. */
  const awaited = new Set<Connection>()
  const closed: Record<LimitMet, number> = {
    stalled: 0,
    signIn: 0,
    full: 0,
    slowWatcher: 0,
    lineTooLong: 0,
  }
  let untold = ''
  let telling = false

  const switchboard = new Switchboard({
    directory,
    limits,
    now,
    newId: randomId,
    log,
    changed: (push) => tellLater(formatPush(push)),
  })
  const house: House = {
    directory,
    switchboard,
    server: () => endpoint,
    isOwnEndpoint: parts.isOwnEndpoint,
    isKey: parts.isKey,
  }

  const unsubscribe = directory.subscribe((change) => tellLater(formatChange(change)))

  function tellLater(line: string): void {
    if (watchers.size === 0) return
    if (untold === '') setImmediate(tellWatchers)
    untold += line
  }

  /** One write for a watcher, however many changes a turn of the event loop has brought. */
  function tellWatchers(): void {
    // A watcher that is closed for being slow changes the directory in the midst of this. That is
    // told next: those whose turn has not come would hear of it before what went before.
    if (telling || untold === '') return
    const lines = untold
    untold = ''
    telling = true
    for (const watcher of watchers) watcher.push(lines)
    telling = false
  }

  const connectionParts: ConnectionParts = {
    house,
    limits,
    log,
    now,
    webUrl: parts.webUrl,
    met(limit) {
      closed[limit] += 1
    },
    changed(connection) {
      const waits = connection.waitingFor
      if (waits) awaited.add(connection)
      else awaited.delete(connection)
      if (connection.watching === watchers.has(connection)) return
      tellWatchers()
      if (connection.watching) watchers.add(connection)
      else watchers.delete(connection)
    },
  }

  function sweep(): void {
    const time = now()
    switchboard.expire()
    for (const connection of awaited) {
      if (connection.deadline > time) continue
      switch (connection.waitingFor) {
        case 'sign-in':
          connectionParts.met('signIn')
          log({
            event: 'sign-in.timeout',
            ...connection.remote,
            seconds: limits.signInTimeoutMs / 1000,
          })
          connection.sayGoodbye(bye('sign-in-timeout'))
          break
        case 'reader':
          connectionParts.met('stalled')
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
  }

  function open(socket: Sockets): void {
    const ip = parseIp(socket.remoteAddress ?? '')
    // A peer that was gone before it was accepted has no address any more.
    if (!ip.ok) {
      socket.terminate()
      return
    }
    const remote = { ip: ip.value, port: socket.remotePort }
    const connection = new Connection(socket, remote, parts.isTrusted(ip.value), connectionParts)
    socket.data = connection
    socket.setNoDelay(true)
    socket.setKeepAlive(true, 30_000)
    connections.add(connection)
    awaited.add(connection)
    if (connections.size <= limits.maxConnections) {
      log({ event: 'connection.opened', ...remote })
      return
    }
    connectionParts.met('full')
    log({ event: 'connections.full', ...remote, max: limits.maxConnections })
    connection.refuseAndClose('too-many-connections')
  }

  function fail(socket: Sockets, error: unknown): void {
    log({ event: 'bug', where: 'registry', error })
    if (socket.data?.open) socket.data.sayGoodbye(bye('internal-error'))
    else socket.terminate()
  }

  const listener: TCPSocketListener<Connection | undefined> = Bun.listen<Connection | undefined>({
    hostname: parts.hostname,
    port: parts.port,
    // Without this Bun closes as soon as the other end half-closes, and replies that did not fit
    // the kernel's buffer by then are lost.
    allowHalfOpen: true,
    data: undefined,
    socket: {
      open,
      data: (socket, chunk) => socket.data?.data(chunk),
      end: (socket) => socket.data?.inputEnd(),
      drain: (socket) => socket.data?.drain(),
      close(socket) {
        if (!socket.data) return
        connections.delete(socket.data)
        socket.data.gone()
      },
      error: fail,
    },
  })
  const listeningIp = parseIp(listener.hostname)
  const endpoint: Endpoint = {
    ip: listeningIp.ok ? listeningIp.value : listener.hostname,
    port: listener.port,
  }
  const sweeper = setInterval(sweep, sweepMs)
  log({ event: 'registry.started', ...endpoint })

  return {
    endpoint,
    get connections() {
      return connections.size
    },
    closed,
    async stop() {
      listener.stop()
      for (const connection of connections) connection.sayGoodbye(bye('shutdown'))
      const deadline = now() + 1.5 * limits.closeGraceMs
      while (connections.size > 0 && now() < deadline) await Bun.sleep(10)
      for (const connection of connections) connection.abandon()
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
