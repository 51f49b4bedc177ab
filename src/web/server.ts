import type { Relay } from '../../views/layout.tsx'
import { connectRegistry } from '../client/registry-client.ts'
import type { WebLimits } from '../config/web-config.ts'
import type { Endpoint } from '../endpoint.ts'
import { descriptorLimit } from '../host/descriptors.ts'
import type { OwnEnds } from '../host/own-ends.ts'
import type { Guesses } from '../limits/guesses.ts'
import { Turns } from '../limits/turns.ts'
import { Limiter } from '../limits/web-limiter.ts'
import type { Log, WebLimit } from '../log/log.ts'
import { ok } from '../result.ts'
import type { Certificate } from '../tls/certificate.ts'
import type { WayIn } from '../way-in.ts'
import { parseIp } from '../wire/address.ts'
import { createApp } from './app.tsx'
import { PeopleBook } from './book/people-book.ts'
import { startWatcher } from './book/watcher.ts'
import { loadAssets } from './http/assets.ts'
import { type IceSettings, iceServersFor, turnUserOf } from './live/ice-servers.ts'
import { ListHtml } from './live/list-html.tsx'
import { defaultUpdateLimits, ListUpdates, type UpdateLimits } from './live/list-updates.ts'
import { defaultLiveLimits, Live, type LiveLimits } from './live/live.ts'
import { Rows } from './live/rows.tsx'
import { defaultUnreadLimits, maxTabBytes, Unread, type UnreadLimits } from './live/unread.ts'
import { ConnectionCap } from './ports/connection-cap.ts'
import { Listener } from './ports/listener.ts'
import { openSockets } from './ports/open-sockets.ts'
import { type Redirect, startRedirect } from './ports/redirect.ts'
import { accessCodeOf } from './session/access-code.ts'
import { CallPorts } from './session/call-ports.ts'
import { defaultSessionLimits, type SessionLimits, Sessions } from './session/sessions.ts'

export type WebParts = {
  hostname: string
  /** The path that all of ours begin with: empty, or with a slash at its beginning alone. */
  basePath: string
  /** 0 for any free one. */
  port: number
  /** Where the registry listens; the only thing that the web knows of it. */
  registry: Endpoint
  /** Told of our ends of the connections to it, where it is to know them. */
  ownEnds?: OwnEnds
  /** The same as people on other machines get in. */
  shownRegistry: WayIn
  /** The operator's key, with which its connections may register browsers. */
  key: string
  sessionSecret: string
  publicHosts: readonly string[]
  /** With one the page is served over TLS. */
  certificate: Certificate | undefined
  /** Where who asks without TLS is shown the way. */
  redirectPort: number | 'off'
  /** Whether browsers know who signed it, and may be told to come back over TLS alone. */
  strictTransport: boolean
  isTrustedProxy: (ip: string) => boolean
  /** Addresses that the limits per address do not concern. */
  isTrusted: (ip: string) => boolean
  /** What one has to say to register, if anything. */
  accessCode: string | undefined
  guesses: Guesses
  limits: WebLimits
  /** Whether browsers may find each other directly, or a relay is always in between. */
  calls: 'direct' | 'relay'
  ice: IceSettings
  /** How long a call rings, in milliseconds: for the countdown, the registry decides. */
  ringTimeoutMs: number
  log: Log
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  sessionLimits?: SessionLimits
  liveLimits?: LiveLimits
  updateLimits?: UpdateLimits
  unreadLimits?: UnreadLimits
}

export type Web = {
  readonly endpoint: Endpoint
  readonly redirectEndpoint: Endpoint | undefined
  /** The routes, for whoever wants to ask without a socket. */
  readonly app: ReturnType<typeof createApp>
  readonly sessions: number
  readonly tabs: number
  /** Bytes that tabs were sent and have not read. */
  readonly waitingBytes: number
  /** How often what was refused for the sake of others. */
  readonly refused: Readonly<Record<WebLimit, number>>
  /** For connections from now on; those that there are stay. Says whether it is another one. */
  useCertificate(certificate: Certificate): boolean
  /** Lets every browser know that the server is away, and ends their registrations. */
  stop(): Promise<void>
}

/** Bytes of one message from a page: what two pages signal to each other is the longest. */
const maxMessageBytes = 64 * 1024
/** How long the start waits for the opening state, in milliseconds. */
const firstWatchMs = 2_000

/**
 * Starts the web page. Throws, with the system's code, where it cannot listen there.
 *
 * Longer than other files: here all parts of the web are put together.
 */
export async function startWeb(parts: WebParts): Promise<Web> {
  const { registry, key, log, now } = parts
  const dial = async (
    on: Partial<Pick<Parameters<typeof connectRegistry>[0], 'onPush' | 'onLost'>>,
  ) => {
    const client = await connectRegistry({
      hostname: registry.ip,
      port: registry.port,
      ...(parts.ownEnds ? { ends: parts.ownEnds } : {}),
      ...on,
    })
    // Also where a registry that takes no more connections says so.
    const answer = await client.ask({ verb: 'auth', secret: key })
    if (answer.ok) return ok(client)
    client.close()
    return answer
  }

  const limiter = new Limiter({ limits: parts.limits, isExempt: parts.isTrusted, log, now })
  const sessionLimits = parts.sessionLimits ?? defaultSessionLimits
  const book: PeopleBook = new PeopleBook({
    change: (change) => updates.changed(change),
    replaced: () => updates.replaced(),
  })
  const callPorts = new CallPorts({ isTaken: (ip, port) => book.takesCalls(ip, port), now })
  const sessions: Sessions = new Sessions({
    connect: ({ push, lost }) => dial({ onPush: push, onLost: lost }),
    onPush: (session, push) => live.pushed(session, push),
    onEnded: (session, ending) => live.ended(session, ending),
    otherPort: (ip) => callPorts.suggest(ip),
    places: {
      take: (ip) => limiter.takeSession(ip),
      leave: (ip) => limiter.leaveSession(ip),
    },
    limits: sessionLimits,
  })
  const turns = new Turns(now)
  const rows = new Rows(parts.basePath)
  const html = new ListHtml(rows, parts.shownRegistry, parts.basePath)
  const unread = new Unread(parts.unreadLimits ?? defaultUnreadLimits, now, (socket) => {
    limiter.note('unread', socket.data.ip)
    socket.terminate()
  })
  const updates: ListUpdates = new ListUpdates({
    book,
    rows,
    html,
    turns,
    send: (socket, text) => unread.send(socket, text),
    waitFor: ({ sessionId: id, ip }, cost) => limiter.work('rows', { id, ip }, cost),
    onLimit: (limit, ip) => limiter.note(limit, ip),
    now,
    limits: parts.updateLimits ?? defaultUpdateLimits,
  })
  const live: Live = new Live({
    sessions,
    updates,
    calls: {
      ringTimeoutMs: parts.ringTimeoutMs,
      tabGraceMs: sessionLimits.tabGraceMs,
      now,
      iceServersOf: ({ id }) =>
        iceServersFor(parts.ice, turnUserOf(id, parts.sessionSecret), Date.now()),
    },
    unread,
    waitFor: (of, messages) => limiter.work('messages', of, messages),
    onLimit: (limit, ip) => limiter.note(limit, ip),
    perTab: parts.limits,
    failed: (error) => log({ event: 'bug', where: 'live', error }),
    now,
    base: parts.basePath,
    limits: parts.liveLimits ?? defaultLiveLimits,
  })
  const app = createApp({
    ...parts,
    relay: relayIn(parts),
    rows,
    html,
    turns,
    assets: await loadAssets(),
    book,
    callPorts,
    sessions,
    limiter,
    accessCode: accessCodeOf(parts.accessCode, parts.sessionSecret),
  })

  const listener: Listener = new Listener({
    hostname: parts.hostname,
    port: parts.port,
    certificate: parts.certificate,
    maxBodyBytes: parts.limits.maxBodyBytes,
    fetch: (request, itself) => app.fetch(request, itself),
    failed: (where, error) => log({ event: 'bug', where, error }),
    websocket: {
      open: (socket) => live.open(socket),
      message: (socket, message) => live.message(socket, String(message)),
      pong: (socket) => live.heard(socket),
      drain: (socket) => live.drained(socket),
      close: (socket) => live.close(socket),
      // `Live` asks for signs of life itself, to know a silent browser from one that left.
      sendPings: false,
      idleTimeout: 120,
      maxPayloadLength: maxMessageBytes,
      backpressureLimit: maxTabBytes,
      closeOnBackpressureLimit: true,
    },
  })
  const redirect = openRedirect(parts, listener, limiter)
  const sockets = openSockets()
  const cap =
    sockets &&
    new ConnectionCap({
      sockets,
      ports: () => [listener.port, ...(redirect ? [redirect.endpoint.port] : [])],
      limits: parts.limits,
      descriptors: descriptorLimit() ?? Number.POSITIVE_INFINITY,
      // A proxy of ours has everybody's connections.
      isExempt: (ip) => parts.isTrusted(ip) || parts.isTrustedProxy(ip),
      refused: (ip) => limiter.note('connections', ip),
    })
  const watcher = startWatcher({
    book,
    log,
    connect: ({ push, lost }) => dial({ onPush: push, onLost: lost }),
  })
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
    async stop() {
      listener.close()
      await redirect?.stop()
      cap?.stop()
      live.stop()
      updates.stop()
      turns.stop()
      watcher.close()
      await sessions.close()
      await listener.stop()
    },
  }
}

function relayIn({ calls, ice }: WebParts): Relay {
  if (calls === 'relay') return 'always'
  return ice.turnUrls.length > 0 ? 'offered' : 'none'
}

/** Where it cannot listen, neither does the page. */
function openRedirect(
  { hostname, redirectPort, publicHosts, log }: WebParts,
  listener: Listener,
  limiter: Limiter,
): Redirect | undefined {
  if (redirectPort === 'off') return undefined
  try {
    return startRedirect({
      hostname,
      port: redirectPort,
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
