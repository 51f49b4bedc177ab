import type { Socket, SocketHandler, TCPSocketListener } from 'bun'
import type { Endpoint } from '../endpoint.ts'
import { handOver } from '../hand-over.ts'
import { parseIp } from '../wire/address.ts'
import type { Connection } from './connection.ts'
import { forOursAlone } from './own-door.ts'
import { endAfterSilence } from './silence.ts'

/** A certificate with its chain, and its key, as PEM. */
export type Certificate = Readonly<{ cert: string; key: string }>

export type DoorKind =
  /** For everybody. */
  | 'plain'
  | 'tls'
  /** For this process itself, and there only for who says the operator's key. */
  | 'own'

export type Sockets = Socket<Connection | undefined>

export type Door = {
  readonly kind: DoorKind
  readonly endpoint: Endpoint
  /** From the next connection on; those that are there keep theirs. Throws where it is no good. */
  renew(certificate: Certificate): void
  /** Lets nobody in any more; those inside stay. */
  close(): void
}

type DoorParts = {
  kind: DoorKind
  hostname: string
  /** 0 for any free one. */
  port: number
  certificate?: Certificate
  silenceMs: number
  handlers: (kind: DoorKind) => SocketHandler<Connection | undefined>
}

export type DoorsParts = {
  hostname: string
  /** 0 for any free one; `off` for none, which needs `tls`. */
  port: number | 'off'
  /** How long a machine may acknowledge nothing. */
  limits: { silenceTimeoutMs: number }
  /** A second port, on which the same is spoken inside TLS. */
  tls?: { port: number; certificate: Certificate }
  /** For a door of this process's own, where only the operator's key opens: which ends are its own. */
  ownDoor?: { isOurs: (end: Endpoint) => boolean }
}

/** All of them, or none. The first is the one that people are told of. */
export function openDoors(
  { hostname, port, tls, ownDoor, limits }: DoorsParts,
  handlers: DoorParts['handlers'],
): [Door, ...Door[]] {
  const opened: Door[] = []
  const shared = { handlers, silenceMs: limits.silenceTimeoutMs }
  try {
    if (port !== 'off') opened.push(openDoor({ kind: 'plain', hostname, port, ...shared }))
    if (tls) opened.push(openTlsDoor({ kind: 'tls', hostname, ...tls, ...shared }))
    const [front, ...others] = opened
    if (!front) throw new Error('bug: a registry that nobody can reach')
    if (!ownDoor) return [front, ...others]
    const own = openDoor({
      kind: 'own',
      hostname: '127.0.0.1',
      port: 0,
      ...shared,
      handlers: (kind) => forOursAlone(handlers(kind), ownDoor.isOurs),
    })
    return [front, ...others, own]
  } catch (error) {
    for (const door of opened) door.close()
    throw error
  }
}

/** Where it cannot listen, the error says by `door` that it is not the other port's fault. */
function openTlsDoor(parts: DoorParts): Door {
  try {
    return openDoor(parts)
  } catch (error) {
    throw Object.assign(error as Error, { door: 'tls' })
  }
}

/** Where connections come in. Throws, with the system's code, where it cannot listen there. */
function openDoor({ kind, hostname, port, certificate, silenceMs, handlers }: DoorParts): Door {
  const listen = (
    where: { hostname: string; port: number; reusePort?: true },
    tls: Certificate | undefined,
  ): TCPSocketListener<Connection | undefined> => {
    const listener = Bun.listen<Connection | undefined>({
      ...where,
      // Without this Bun closes as soon as the other end half-closes, and replies that did not fit
      // the kernel's buffer by then are lost.
      allowHalfOpen: true,
      data: undefined,
      socket: handlers(kind),
      ...(tls ? { tls } : {}),
    })
    endAfterSilence(listener, silenceMs)
    return listener
  }

  let listener = listen({ hostname, port }, certificate)
  /** Ends what listened before, where it still does. */
  let settle = () => {}
  const ip = parseIp(listener.hostname)
  const endpoint = { ip: ip.ok ? ip.value : listener.hostname, port: listener.port }
  return {
    kind,
    endpoint,
    renew(next) {
      // Tried elsewhere first, so that a certificate that is no good leaves the old one in place.
      listen({ hostname: '127.0.0.1', port: 0 }, next).stop()
      // `reload` keeps the old certificate; listening anew takes the new one, and drops nobody.
      settle()
      const before = listener
      const { port } = endpoint
      const handed = handOver(
        port,
        () => before.stop(),
        (options) => listen({ hostname, port, ...options }, next),
      )
      listener = handed.now
      settle = handed.settle
    },
    close() {
      settle()
      listener.stop()
    },
  }
}
