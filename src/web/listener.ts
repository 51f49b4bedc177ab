import type { Server, WebSocketHandler } from 'bun'
import type { Certificate } from '../certificate.ts'
import type { Tab } from './tab.ts'

export type ListenerParts = {
  hostname: string
  /** 0 for any free one. */
  port: number
  /** With one the port speaks TLS, without one plain HTTP. */
  certificate: Certificate | undefined
  maxBodyBytes: number
  fetch: (request: Request, server: Server<Tab>) => Response | Promise<Response>
  websocket: WebSocketHandler<Tab>
}

/**
 * The web's port. Bun takes another certificate only by listening anew: who is connected stays with
 * the server that took the connection, and topics reach the tabs of one server alone.
 */
export class Listener {
  readonly #parts: ListenerParts
  readonly #servers = new Set<Server<Tab>>()
  #current: Server<Tab>
  #certificate: Certificate | undefined

  /** Throws, with the system's code, where it cannot listen there. */
  constructor(parts: ListenerParts) {
    this.#parts = parts
    this.#certificate = parts.certificate
    this.#current = this.#serve(parts.port, parts.certificate)
  }

  get hostname(): string {
    return this.#current.hostname ?? this.#parts.hostname
  }

  get port(): number {
    return this.#current.port ?? this.#parts.port
  }

  /** Sends to every tab that subscribed to the topic. */
  publish(topic: string, text: string): void {
    for (const server of this.#servers) server.publish(topic, text)
  }

  /** For connections from now on. Says whether it is another one than before; throws for a bad one. */
  useCertificate(certificate: Certificate): boolean {
    const { port } = this
    if (certificate.cert === this.#certificate?.cert) return false
    // Tried elsewhere first: one that Bun does not take is to leave everything as it is.
    const tried = { hostname: '127.0.0.1', port: 0, tls: { ...certificate } }
    Bun.serve({ ...tried, fetch: () => new Response() }).stop()
    const before = this.#current
    // Resolves once the last of its connections is closed.
    before.stop().then(() => this.#servers.delete(before))
    this.#current = this.#serve(port, certificate)
    this.#certificate = certificate
    return true
  }

  /** Takes no more connections; those that there are go on. */
  close(): void {
    // Not awaited: it waits for the tabs.
    this.#current.stop()
  }

  async stop(): Promise<void> {
    await Promise.all([...this.#servers].map((server) => server.stop(true)))
  }

  #serve(port: number, certificate: Certificate | undefined): Server<Tab> {
    const { hostname, maxBodyBytes, fetch, websocket } = this.#parts
    const server = Bun.serve<Tab>({
      hostname,
      port,
      ...(certificate ? { tls: { ...certificate } } : {}),
      maxRequestBodySize: maxBodyBytes,
      fetch,
      websocket,
    })
    this.#servers.add(server)
    return server
  }
}
