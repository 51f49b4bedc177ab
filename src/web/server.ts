import type { Endpoint } from '../endpoint.ts'
import { descriptorLimit } from '../host/descriptors.ts'
import { steerByAddress } from '../host/steer-by-address.ts'
import type { Limiter } from '../limits/web-limiter.ts'
import type { WebLimit } from '../log/log.ts'
import type { Certificate } from '../tls/certificate.ts'
import { parseIp } from '../wire/address.ts'
import type { createApp } from './app.tsx'
import { assemble, dial } from './assembly.ts'
import { startWatcher } from './book/watcher.ts'
import type { Live } from './live/live.ts'
import { maxTabBytes } from './live/unread.ts'
import type { Desk } from './operator/desk.tsx'
import type { WebParts } from './parts.ts'
import { ConnectionCap } from './ports/connection-cap.ts'
import { Listener } from './ports/listener.ts'
import { openSockets } from './ports/open-sockets.ts'
import { type Redirect, startRedirect } from './ports/redirect.ts'

export type Web = {
  readonly endpoint: Endpoint
  readonly redirectEndpoint: Endpoint | undefined
  /** The routes, to ask without a socket. */
  readonly app: ReturnType<typeof createApp>
  readonly sessions: number
  readonly tabs: number
  /** Bytes that tabs were sent and have not read. */
  readonly waitingBytes: number
  /** How often what was refused for the sake of others. */
  readonly refused: Readonly<Record<WebLimit, number>>
  /** For connections from now on; open ones stay. Says whether it is another certificate. */
  useCertificate(certificate: Certificate): boolean
  /** Has every open page dial again, at another server, over so many milliseconds. Then `stop`. */
  sendAway(lastsMs: number): Promise<void>
  /** Lets every browser know that the server is away, and ends their registrations. */
  stop(): Promise<void>
}

/** Bytes of one message from a page: what two pages signal to each other is the longest. */
const maxMessageBytes = 64 * 1024
/** How long the start waits for the opening state, in milliseconds. */
const firstWatchMs = 2_000

/** Starts the web page. Throws, with the system's code, where it cannot listen there. */
export async function startWeb(parts: WebParts): Promise<Web> {
  const { log } = parts
  const { app, watched, desk, live, limiter, reach, sessions, tally, turns, unread, updates } =
    await assemble(parts)
  const listener: Listener = new Listener({
    hostname: parts.hostname,
    port: parts.port,
    sharesPort: parts.worker !== undefined,
    certificate: parts.certificate,
    maxBodyBytes: parts.limits.maxBodyBytes,
    fetch: tally.answering((request, itself) => app.fetch(request, itself)),
    failed: (where, error) => log({ event: 'bug', where, error }),
    websocket: websocketOf(live, desk),
  })
  if (parts.worker) steerByAddress(listener.port, parts.worker.of)
  const redirect = openRedirect(parts, listener, limiter)
  const cap = openCap(parts, listener, redirect, limiter)
  const watcher = startWatcher({ book: watched, log, connect: (on) => dial(parts, on) })
  // The first pages should not show an empty list; but a registry that is slow to answer only costs
  // them that, since the watcher goes on trying.
  await Promise.race([watcher.ready, Bun.sleep(firstWatchMs)])

  const ip = parseIp(listener.hostname)
  const endpoint = { ip: ip.ok ? ip.value : parts.hostname, port: listener.port }
  return {
    endpoint,
    redirectEndpoint: redirect?.endpoint,
    app,
    get sessions() {
      return sessions.size
    },
    get tabs() {
      return live.tabs
    },
    get waitingBytes() {
      return unread.bytes
    },
    refused: limiter.refused,
    useCertificate: (certificate) => listener.useCertificate(certificate),
    sendAway: (lastsMs) => live.sendAway(lastsMs),
    async stop() {
      listener.close()
      await redirect?.stop()
      cap?.stop()
      live.stop()
      desk?.stop()
      updates.stop()
      reach.stop()
      turns.stop()
      watcher.close()
      await sessions.close()
      await listener.stop()
    },
  }
}

const websocketOf = (
  live: Live,
  desk: Desk | undefined,
): ConstructorParameters<typeof Listener>[0]['websocket'] => ({
  open: (socket) => (socket.data.operator ? desk?.open(socket) : live.open(socket)),
  message: (socket, message) =>
    (socket.data.operator ? desk : live)?.message(socket, String(message)),
  pong: (socket) => live.heard(socket),
  drain: (socket) => live.drained(socket),
  close: (socket) => (socket.data.operator ? desk : live)?.close(socket),
  // `Live` asks for signs of life itself, to know a silent browser from one that left.
  sendPings: false,
  // Which messages are compressed is said by who sends them.
  perMessageDeflate: { compress: 'shared', decompress: 'shared' },
  idleTimeout: 120,
  maxPayloadLength: maxMessageBytes,
  backpressureLimit: maxTabBytes,
  closeOnBackpressureLimit: true,
})

/** None where the system does not tell of its sockets. */
function openCap(
  { limits, isTrusted, isTrustedProxy }: WebParts,
  listener: Listener,
  redirect: Redirect | undefined,
  limiter: Limiter,
): ConnectionCap | undefined {
  const sockets = openSockets()
  if (!sockets) return undefined
  return new ConnectionCap({
    sockets,
    ports: () => [listener.port, ...(redirect ? [redirect.endpoint.port] : [])],
    limits,
    descriptors: descriptorLimit() ?? Number.POSITIVE_INFINITY,
    // A proxy of ours has everybody's connections.
    isExempt: (ip) => isTrusted(ip) || isTrustedProxy(ip),
    refused: (ip) => limiter.note('connections', ip),
  })
}

/** Where it cannot listen, neither does the page. */
function openRedirect(
  { hostname, redirectPort, publicHosts, worker, log }: WebParts,
  listener: Listener,
  limiter: Limiter,
): Redirect | undefined {
  if (redirectPort === 'off') return undefined
  try {
    return startRedirect({
      hostname,
      port: redirectPort,
      sharesPort: worker !== undefined,
      securePort: () => listener.port,
      publicHosts,
      wait: (ip) => limiter.take('requests', ip)?.retryAfterSeconds,
      failed: (error) => log({ event: 'bug', where: 'redirect', error }),
    })
  } catch (error) {
    listener.close()
    throw error
  }
}
