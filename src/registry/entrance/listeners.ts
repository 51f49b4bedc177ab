import type { SocketHandler, TCPSocketListener } from 'bun'
import type { Endpoint } from '../../endpoint.ts'
import { handOver } from '../../host/hand-over.ts'
import { listeningFor } from '../../host/listen-error.ts'
import { parseIp } from '../../wire/address.ts'
import { forOursAlone } from './own-listener.ts'
import { endAfterSilence } from './silence.ts'

/** A certificate with its chain, and its key, as PEM. */
export type Certificate = Readonly<{ cert: string; key: string }>

export type ListenerKind =
  /** For everybody. */
  | 'plain'
  | 'tls'
  /** For this process itself, and there only with the operator's key. */
  | 'own'

/** What to do with the sockets of one kind of listener. */
type HandlersOf<Data> = (kind: ListenerKind) => SocketHandler<Data>

export type Listener = {
  readonly kind: ListenerKind
  readonly endpoint: Endpoint
  /** For connections from now on; open ones keep theirs. Throws where the certificate is no good. */
  renew(certificate: Certificate): void
  /** Takes no more connections; the open ones stay. */
  close(): void
}

type ListenerParts<Data> = {
  kind: ListenerKind
  hostname: string
  /** 0 for any free one. */
  port: number
  certificate?: Certificate
  silenceMs: number
  data: Data
  handlers: HandlersOf<Data>
}

export type ListenersParts = {
  hostname: string
  /** 0 for any free one; `off` for none, which needs `tls`. */
  port: number | 'off'
  /** How long a machine may acknowledge nothing. */
  limits: { silenceTimeoutMs: number }
  /** A second port, on which the same is spoken inside TLS. */
  tls?: { port: number; certificate: Certificate }
  /** For a listener of this process's own, where only the operator's key opens: which ends are its own. */
  ownListener?: { isOurs: (end: Endpoint) => boolean }
}

/** All of them, or none. The first is the one that people are told of. */
export function openListeners<Data>(
  { hostname, port, tls, ownListener, limits }: ListenersParts,
  data: Data,
  handlers: HandlersOf<Data>,
): [Listener, ...Listener[]] {
  const opened: Listener[] = []
  const shared = { data, handlers, silenceMs: limits.silenceTimeoutMs }
  try {
    if (port !== 'off') opened.push(openListener({ kind: 'plain', hostname, port, ...shared }))
    if (tls) {
      const open = () => openListener({ kind: 'tls', hostname, ...tls, ...shared })
      opened.push(listeningFor('REGISTRY_TLS_PORT', open))
    }
    const [front, ...others] = opened
    if (!front) throw new Error('bug: a registry that nobody can reach')
    if (!ownListener) return [front, ...others]
    const own = openListener({
      kind: 'own',
      hostname: '127.0.0.1',
      port: 0,
      ...shared,
      handlers: (kind) => forOursAlone(handlers(kind), ownListener.isOurs),
    })
    return [front, ...others, own]
  } catch (error) {
    for (const listener of opened) listener.close()
    throw error
  }
}

/** Where connections come in. Throws, with the system's code, where it cannot listen there. */
function openListener<Data>(parts: ListenerParts<Data>): Listener {
  const { kind, hostname, port, certificate, silenceMs, data, handlers } = parts
  const listen = (
    where: { hostname: string; port: number; reusePort?: true },
    tls: Certificate | undefined,
  ): TCPSocketListener<Data> => {
    const listener = Bun.listen<Data>({
      ...where,
      // Without this Bun closes as soon as the other end half-closes, and replies that did not fit
      // the kernel's buffer by then are lost.
      allowHalfOpen: true,
      data,
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
