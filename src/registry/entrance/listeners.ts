import type { SocketHandler, TCPSocketListener } from 'bun'
import type { Endpoint } from '../../endpoint.ts'
import { handOver } from '../../host/hand-over.ts'
import { listeningFor } from '../../host/listen-error.ts'
import { parseIp } from '../../wire/address.ts'
import { forOursAlone } from './own-listener.ts'
import { endAfterSilence } from './silence.ts'

/** A certificate with its chain, and its private key, in PEM. */
export type Certificate = Readonly<{ cert: string; key: string }>

export type ListenerKind =
  /** For everybody, without TLS. */
  | 'plain'
  | 'tls'
  /** For the web half of this process. Only the operator's key opens it. */
  | 'own'
  /** For the same, on behalf of a person that has the rights and limits of any client at that address. */
  | 'behalf'
  /** For what the operator does on the page, who has said the key there: no limit by address may be in the way. */
  | 'deeds'

type HandlersOf<Data> = (kind: ListenerKind) => SocketHandler<Data>

export type Listener = {
  readonly kind: ListenerKind
  readonly endpoint: Endpoint
  /** Uses `certificate` for new connections; open ones keep the old. Throws if it cannot be used. */
  renew(certificate: Certificate): void
  /** Stops listening. Open connections stay. */
  close(): void
}

type ListenerParts<Data> = {
  kind: ListenerKind
  hostname: string
  /** 0 for any free one. */
  port: number
  sharesPort?: boolean
  certificate?: Certificate
  silenceMs: number
  data: Data
  handlers: HandlersOf<Data>
}

export type ListenersParts = {
  hostname: string
  /** 0 for any free one; `off` for none, which needs `tls`. */
  port: number | 'off'
  /** A peer's machine that acknowledges nothing for so long is taken for gone. */
  limits: { silenceTimeoutMs: number }
  /** Whether other processes of this user listen on the same ports. */
  sharesPorts?: boolean
  /** A second port, with the same protocol inside TLS. */
  tls?: { port: number; certificate: Certificate }
  /**
   * Opens the listeners for the web half. `isOurs` knows the ends that this process has dialled. With
   * `takesDeeds` there is one for the operator's page, too.
   */
  ownListener?: { isOurs: (end: Endpoint) => boolean; takesDeeds?: boolean }
}

/** Opens all listeners, or none and throws. The first is the one that users are told. */
export function openListeners<Data>(
  { hostname, port, tls, ownListener, limits, sharesPorts = false }: ListenersParts,
  data: Data,
  handlers: HandlersOf<Data>,
): [Listener, ...Listener[]] {
  const opened: Listener[] = []
  const shared = { data, handlers, silenceMs: limits.silenceTimeoutMs }
  try {
    const forPeople = { hostname, sharesPort: sharesPorts, ...shared }
    if (port !== 'off') opened.push(openListener({ kind: 'plain', port, ...forPeople }))
    if (tls) {
      const open = () => openListener({ kind: 'tls', ...tls, ...forPeople })
      opened.push(listeningFor('REGISTRY_TLS_PORT', open))
    }
    const [front, ...others] = opened
    if (!front) throw new Error('bug: a registry that nobody can reach')
    if (!ownListener) return [front, ...others]
    const openOwn = (kind: 'own' | 'behalf' | 'deeds') => {
      const where = { kind, hostname: '127.0.0.1', port: 0 }
      const handlersOfOurs = () => forOursAlone(handlers(kind), ownListener.isOurs)
      const listener = openListener({ ...where, ...shared, handlers: handlersOfOurs })
      opened.push(listener)
      return listener
    }
    const own = [openOwn('own'), openOwn('behalf')]
    return [front, ...others, ...own, ...(ownListener.takesDeeds ? [openOwn('deeds')] : [])]
  } catch (error) {
    for (const listener of opened) listener.close()
    throw error
  }
}

/** Opens one listener. Throws with the system's error code if it cannot listen there. */
function openListener<Data>(parts: ListenerParts<Data>): Listener {
  const { kind, hostname, port, certificate, silenceMs, data, handlers, sharesPort } = parts
  const asShared = sharesPort ? ({ reusePort: true } as const) : {}
  const listen = (
    where: { hostname: string; port: number; reusePort?: true },
    tls: Certificate | undefined,
  ): TCPSocketListener<Data> => {
    const listener = Bun.listen<Data>({
      ...where,
      // Without this Bun closes the socket when the other end half-closes. Replies that the kernel's
      // buffer has not taken by then would be lost.
      allowHalfOpen: true,
      data,
      socket: handlers(kind),
      ...(tls ? { tls } : {}),
    })
    endAfterSilence(listener, silenceMs)
    return listener
  }

  let listener = listen({ hostname, port, ...asShared }, certificate)
  /** Stops the previous listener, if it still listens. */
  let settle = () => {}
  const ip = parseIp(listener.hostname)
  const endpoint = { ip: ip.ok ? ip.value : listener.hostname, port: listener.port }
  return {
    kind,
    endpoint,
    renew(next) {
      // Tried on another port first: a certificate that cannot be used must not replace the old one.
      listen({ hostname: '127.0.0.1', port: 0 }, next).stop()
      // Bun's `reload` keeps the old certificate. A new listener uses the new one, and closes nothing.
      settle()
      const before = listener
      const { port } = endpoint
      const handed = handOver(
        port,
        () => before.stop(),
        (options) => listen({ hostname, port, ...options }, next),
        sharesPort,
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
