import type { Endpoint } from '../endpoint.ts'
import { covers } from '../host/own-addresses.ts'
import type { Guesses } from '../limits/guesses.ts'
import { type LimitHit, noHits, type RegistryLimits } from '../limits/registry-limits.ts'
import type { Log } from '../log/log.ts'
import type { Figure } from '../metrics/figure.ts'
import type { OperatorView } from '../operator/view.ts'
import type { PresencePush } from '../wire/message.ts'
import { Switchboard } from './calls/switchboard.ts'
import type { Changes } from './changes.ts'
import { AnswerCache } from './connection/answer-cache.ts'
import type { Connection, ConnectionParts } from './connection/connection.ts'
import type { Services } from './connection/conversation.ts'
import { Held } from './connection/held-bytes.ts'
import { Snapshots } from './connection/snapshots.ts'
import { Connections } from './connections.ts'
import type { Directory } from './directory/directory.ts'
import type { Registration } from './directory/registration.ts'
import { Admission } from './entrance/admission.ts'
import {
  type Certificate,
  type Listener,
  type ListenerKind,
  type ListenersParts,
  openListeners,
} from './entrance/listeners.ts'
import type { DeedsParts } from './operator/deeds.ts'
import { openOffice } from './operator/office.ts'
import { operatorView } from './operator/view.ts'
import { decidedHere, type Ordering } from './ordering.ts'
import { registryFigures } from './registry-figures.ts'
import { socketHandlers } from './sockets.ts'
import { Tally } from './tally.ts'
import { tellWatchers } from './telling.ts'

export type RegistryParts = ListenersParts & {
  directory: Directory
  /** Whether connections from there may register on somebody else's behalf. */
  isTrusted: (ip: string) => boolean
  /** Whether connections from there begin with a line that says whose they are (`proxy-line.ts`). */
  isProxy?: (ip: string) => boolean
  isKey: (secret: string) => boolean
  /** Whether this is what one has to say first; `undefined` where nothing is to be said. */
  isAccessCode?: ((secret: string) => boolean) | undefined
  /** How often either was guessed, here or elsewhere in this process. */
  guesses: Guesses
  limits: RegistryLimits
  /** Whether watchers are told who talks with whom. */
  showsPartners: boolean
  /** Unix time in milliseconds; by default the system's. */
  wallClock?: () => number
  /** Where changes are decided; by default here. */
  ordering?: Ordering
  /** Called for each that the operator disconnects, at whichever node. */
  kicked?: DeedsParts['kicked']
  /** Called when somebody's call has begun or ended. */
  callsChanged?: () => void
  /** Strangers can cause any number of lines: bounded (`boundLog`) where it is written down. */
  log: Log
  now: () => number
}

/** The web page of this process. */
export type WebPage = Readonly<{ url: string; endpoints: readonly Endpoint[] }>

export type Registry = {
  /** Where people find it: without TLS, where it listens so. */
  readonly endpoint: Endpoint
  readonly tlsEndpoint: Endpoint | undefined
  /** The listener for this process itself, where there is one. */
  readonly ownEndpoint: Endpoint | undefined
  /** The same for connections on behalf of a person: the first line says whose (`proxy-line.ts`). */
  readonly behalfEndpoint: Endpoint | undefined
  /** The same for what the operator does on the page, where there is one. */
  readonly deedsEndpoint: Endpoint | undefined
  readonly connections: number
  /** What it knows of itself. */
  readonly figures: readonly Figure[]
  /** What its operator sees. */
  readonly view: OperatorView
  /** Whether that peer rings, is rung, talks, or waits to resume. */
  isInCall(registration: Registration): boolean
  /** How many connections each limit has closed since the start, and requests refused as too fast. */
  readonly closed: Readonly<Record<LimitHit, number>>
  /**
   * Where the page is, which starts after the registry: browsers that dial the registry by mistake are
   * shown it, and nobody may register with its address.
   */
  setPage(page: WebPage): void
  /** For new connections over TLS. Throws where it is no good, and keeps the old one. */
  renewCertificate(certificate: Certificate): void
  /**
   * A stop begins. From now on nobody is told who leaves: everybody will hear a goodbye. For the time in
   * which the web page of this process ends its registrations.
   */
  hush(): void
  /** Tells everybody goodbye but the web of this process, over so many milliseconds. Then `stop`. */
  sendAway(lastsMs: number): Promise<void>
  /** Tells everybody goodbye and closes; resolves within one and a half close graces. */
  stop(): Promise<void>
}

/** How often overdue connections are looked for; the granularity of every time limit. */
const sweepMs = 250

/** A registry that has a state, and does not listen yet. */
export type PreparedRegistry = {
  /** Throws, with the system's code (`EADDRINUSE`, …), where it cannot listen there. */
  open(): Registry
}

/** The registry on its TCP port. Throws like `open` of a prepared one. */
export const startRegistry = (parts: RegistryParts): Registry => prepareRegistry(parts).open()

export function prepareRegistry(parts: RegistryParts): PreparedRegistry {
  const { directory, limits, now } = parts
  const tally = new Tally()
  const log = tally.heard(parts.log)
  const hits = { ...noHits }
  const limitHit = (limit: LimitHit) => {
    hits[limit] += 1
  }
  const connections = new Connections({ limits, now, log, limitHit })
  const held = new Held(limits.maxHeldBytes, () => connections.relieve(held))
  const { broadcast, tell, presenceChanged, unsubscribe } = tellWatchers({ ...parts, held, tally })
  const ordering = parts.ordering ?? decidedHere(now)
  const { order } = ordering
  const { operator, deeds, blocks } = openOffice({ ...parts, connections, tell, log, order })
  const switchboard = switchboardOf({ ...parts, log }, ordering, tally, presenceChanged)
  const changes = ordering.begin({ directory, switchboard }, deeds)
  const state = { directory, limits, connections, broadcast, held, switchboard, hits }
  const hush = () => {
    switchboard.stop()
    broadcast.stop()
  }

  return {
    open() {
      let page: WebPage | undefined
      const ownEndpoints = () => [
        ...listeners.map((listener) => listener.endpoint),
        ...(page?.endpoints ?? []),
        ...(ordering.endpointsElsewhere ?? []),
      ]
      const services: Services = {
        directory,
        switchboard,
        ...{ changes, operator, blocks, notice: () => deeds.notice },
        server: () => front.endpoint,
        isOwnEndpoint: (endpoint) => ownEndpoints().some((own) => covers(own, endpoint)),
      }
      const connectionParts: ConnectionParts = {
        services,
        answerCache: new AnswerCache(directory),
        snapshots: new Snapshots(directory, switchboard, held),
        held,
        limits,
        log,
        now,
        webUrl: () => page?.url,
        limitHit,
        tally,
        changed(connection) {
          connections.changed(connection)
          broadcast.changed(connection)
        },
        failed: (connection, error) => connections.failed(connection, error),
      }
      const admission = new Admission({ ...parts, blocks, log, limitHit })
      const listeners = openListeners<Connection | undefined>(parts, undefined, (kind) =>
        socketHandlers({ ...parts, admission, connections, connectionParts, log }, kind),
      )
      const [front] = listeners
      const listenerOf = (kind: ListenerKind) => listeners.find((each) => each.kind === kind)
      const sweeper = setInterval(() => sweep(changes, connections, log), sweepMs)
      tellListening(listeners, log)

      return {
        endpoint: front.endpoint,
        tlsEndpoint: listenerOf('tls')?.endpoint,
        ownEndpoint: listenerOf('own')?.endpoint,
        behalfEndpoint: listenerOf('behalf')?.endpoint,
        deedsEndpoint: listenerOf('deeds')?.endpoint,
        get connections() {
          return connections.size
        },
        figures: registryFigures(tally, state),
        view: operatorView(tally, state, blocks),
        isInCall: (registration) => switchboard.isBusy(registration),
        closed: hits,
        setPage(opened) {
          page = opened
        },
        renewCertificate: (certificate) => listenerOf('tls')?.renew(certificate),
        hush,
        sendAway: (lastsMs) => connections.sendAway(lastsMs),
        async stop() {
          hush()
          for (const listener of listeners) listener.close()
          await connections.end()
          clearInterval(sweeper)
          unsubscribe()
        },
      }
    },
  }
}

const switchboardOf = (
  parts: RegistryParts,
  { now, newId }: Ordering,
  { ringSeconds }: Tally,
  changed: (push: PresencePush) => void,
) =>
  new Switchboard({
    directory: parts.directory,
    limits: parts.limits,
    now,
    localClock: parts.now,
    newId,
    showsPartners: parts.showsPartners,
    log: parts.log,
    ringSeconds,
    changed,
  })

function tellListening(listeners: readonly Listener[], log: Log): void {
  for (const { kind, endpoint } of listeners) {
    const isForPeople = kind === 'plain' || kind === 'tls'
    if (isForPeople) log({ event: 'registry.started', ...endpoint, tls: kind === 'tls' })
  }
}

/** Ends all that has lasted too long. */
function sweep(changes: Changes, connections: Connections, log: Log): void {
  try {
    changes.expire()
  } catch (error) {
    log({ event: 'bug', where: 'registry', error })
  }
  connections.endOverdue()
}
