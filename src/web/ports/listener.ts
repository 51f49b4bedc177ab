import type { Server, WebSocketHandler } from 'bun'
import { handOver } from '../../host/hand-over.ts'
import type { Certificate } from '../../tls/certificate.ts'
import type { Tab, TabSocket } from '../live/tab.ts'

export type ListenerParts = {
  hostname: string
  /** 0 for any free one. */
  port: number
  /** Whether other processes of this user listen on the same port. */
  sharesPort: boolean
  /** With one the port speaks TLS, without one plain HTTP. */
  certificate: Certificate | undefined
  maxBodyBytes: number
  fetch: (request: Request, server: Server<Tab>) => Response | Promise<Response>
  websocket: TabHandler
  /** A bug: its request was answered with 500, or its WebSocket closed. */
  failed: (where: string, error: unknown) => void
}

/** What becomes of a WebSocket. */
type TabHandler = Omit<WebSocketHandler<Tab>, 'open' | 'message' | 'pong' | 'close'> & {
  open: (socket: TabSocket) => void | Promise<void>
  message: (socket: TabSocket, message: string | Buffer) => void
  pong: (socket: TabSocket) => void
  close: (socket: TabSocket) => void
}

/**
 * The web's port. Bun takes another certificate only by listening anew: an open connection stays with
 * the server that took the connection.
 */
export class Listener {
  readonly #parts: ListenerParts
  readonly #servers = new Set<Server<Tab>>()
  #current: Server<Tab>
  /** Ends what listened before, where it still does. */
  #settle = () => {}
  #certificate: Certificate | undefined

  /** Throws, with the system's code, where it cannot listen there. */
  constructor(parts: ListenerParts) {
    this.#parts = parts
    this.#certificate = parts.certificate
    this.#current = this.#serve(
      parts.port,
      parts.certificate,
      parts.sharesPort ? { reusePort: true } : {},
    )
  }

  get hostname(): string {
    return this.#current.hostname ?? this.#parts.hostname
  }

  get port(): number {
    return this.#current.port ?? this.#parts.port
  }

  /** For connections from now on. Says whether it is another one than before; throws for a bad one. */
  useCertificate(certificate: Certificate): boolean {
    const { port } = this
    if (certificate.cert === this.#certificate?.cert) return false
    // Tried elsewhere first: one that Bun does not take is to leave everything as it is.
    const tried = { hostname: '127.0.0.1', port: 0, tls: { ...certificate }, development: false }
    Bun.serve({ ...tried, fetch: () => new Response() }).stop()
    this.#settle()
    const before = this.#current
    const stop = () => {
      // Resolves once the last of its connections is closed.
      before.stop().then(() => this.#servers.delete(before))
    }
    const { now, settle } = handOver(
      port,
      stop,
      (options) => this.#serve(port, certificate, options),
      this.#parts.sharesPort,
    )
    this.#current = now
    this.#settle = settle
    this.#certificate = certificate
    return true
  }

  /** Takes no more connections; open ones go on. */
  close(): void {
    this.#settle()
    // Not awaited: it waits for the tabs.
    this.#current.stop()
  }

  async stop(): Promise<void> {
    this.#settle()
    await Promise.all([...this.#servers].map((server) => server.stop(true)))
  }

  #serve(
    port: number,
    certificate: Certificate | undefined,
    options: { reusePort?: true } = {},
  ): Server<Tab> {
    const { hostname, maxBodyBytes, fetch, websocket, failed } = this.#parts
    const server = Bun.serve<Tab>({
      ...options,
      hostname,
      port,
      ...(certificate ? { tls: { ...certificate } } : {}),
      maxRequestBodySize: maxBodyBytes,
      // Otherwise Bun would show its own page, with paths and lines of ours, to any client.
      development: false,
      error(error) {
        failed('HTTP', error)
        return new Response('500', { status: 500, headers: { 'Cache-Control': 'no-store' } })
      },
      fetch,
      websocket: guarded(websocket, failed),
    })
    this.#servers.add(server)
    return server
  }
}

/** What is thrown there would otherwise end the process. */
function guarded(handler: TabHandler, failed: ListenerParts['failed']): WebSocketHandler<Tab> {
  const guard = (socket: TabSocket, act: () => void | Promise<void>) => {
    const caught = (error: unknown) => {
      failed('WebSocket', error)
      socket.terminate()
    }
    try {
      act()?.catch(caught)
    } catch (error) {
      caught(error)
    }
  }
  return {
    ...handler,
    open: (socket) => guard(socket, () => handler.open(socket)),
    message: (socket, message) => guard(socket, () => handler.message(socket, message)),
    pong: (socket) => guard(socket, () => handler.pong(socket)),
    close: (socket) => guard(socket, () => handler.close(socket)),
  }
}
