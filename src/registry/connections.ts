import type { LimitHit, RegistryLimits } from '../limits/registry-limits.ts'
import type { Log } from '../log/log.ts'
import type { ByeCode } from '../wire/message.ts'
import { byeText } from '../wire/refusal.ts'
import type { Connection } from './connection/connection.ts'
import { type Held, heaviestFirst } from './connection/held-bytes.ts'
import type { Seat } from './entrance/address-table.ts'

export type ConnectionsParts = {
  limits: RegistryLimits
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  log: Log
  limitHit: (limit: LimitHit) => void
}

/** All connections of the registry: their places, what the server waits for, and how they end. */
export class Connections {
  readonly #parts: ConnectionsParts
  /** With their places; a refused connection has none. */
  readonly #seats = new Map<Connection, Seat | undefined>()
  /** The connections that `endOverdue` has to look at; the others cost it nothing. */
  readonly #awaited = new Set<Connection>()
  /** Those whose TLS handshake is not done: nothing can be said to them. */
  readonly #inHandshake = new Set<Connection>()

  constructor(parts: ConnectionsParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#seats.size
  }

  add(connection: Connection, seat: Seat | undefined, inHandshake: boolean): void {
    this.#seats.set(connection, seat)
    this.#awaited.add(connection)
    if (inHandshake) this.#inHandshake.add(connection)
  }

  /** Its TLS handshake is done. */
  handshakeDone(connection: Connection): void {
    this.#inHandshake.delete(connection)
  }

  /** It began or stopped to wait or to be trusted. */
  changed(connection: Connection): void {
    if (connection.waitingFor) this.#awaited.add(connection)
    else this.#awaited.delete(connection)
    if (connection.trusted) this.#seats.get(connection)?.exempt()
  }

  /** Its socket is closed. Returns whether it was there, and its place, if it had one. */
  remove(connection: Connection): { seat: Seat | undefined } | undefined {
    const seat = this.#seats.get(connection)
    if (!this.#seats.delete(connection)) return undefined
    this.#inHandshake.delete(connection)
    connection.gone()
    return { seat }
  }

  /** Ends every wait that has lasted too long. */
  endOverdue(): void {
    const time = this.#parts.now()
    for (const connection of this.#awaited) {
      if (connection.deadline > time) continue
      try {
        this.#endWait(connection)
      } catch (error) {
        this.failed(connection, error)
      }
    }
  }

  /**
   * Closes the heaviest connections until less is held for all: well below the limit, so that not
   * every byte more is a reason to look at all of them.
   */
  relieve(held: Held): void {
    const { limits, limitHit, log } = this.#parts
    for (const connection of heaviestFirst(this.#seats.keys())) {
      if (held.total <= limits.maxHeldBytes * 0.75) break
      limitHit('heaviest')
      log({ event: 'connection.heaviest', ...connection.remote, bytes: connection.weight })
      connection.abandon()
    }
  }

  /** A bug that has to do with one connection ends that one, and nobody else notices. */
  failed(connection: Connection, error: unknown): void {
    const { log } = this.#parts
    log({ event: 'bug', where: 'registry', error })
    try {
      if (connection.open) connection.sayGoodbye(bye('internal-error'))
      else connection.abandon()
    } catch (again) {
      log({ event: 'bug', where: 'registry', error: again })
      connection.cut()
    }
  }

  /** Says goodbye to all; resolves when they are closed, after one and a half close graces at most. */
  async end(): Promise<void> {
    const { limits, now } = this.#parts
    for (const connection of this.#seats.keys()) {
      try {
        this.#sayGoodbye(connection, 'shutdown')
      } catch (error) {
        this.failed(connection, error)
      }
    }
    const deadline = now() + 1.5 * limits.closeGraceMs
    while (this.size > 0 && now() < deadline) await Bun.sleep(10)
    for (const connection of this.#seats.keys()) connection.abandon()
  }

  #endWait(connection: Connection): void {
    const { limits, limitHit, log } = this.#parts
    const { remote } = connection
    switch (connection.waitingFor) {
      case 'sign-in':
        limitHit('signIn')
        log({ event: 'sign-in.timeout', ...remote, seconds: limits.signInTimeoutMs / 1000 })
        this.#sayGoodbye(connection, 'sign-in-timeout')
        break
      case 'reader':
        limitHit('stalled')
        log({ event: 'connection.stalled', ...remote, seconds: limits.stallTimeoutMs / 1000 })
        connection.abandon()
        break
      case 'close':
        connection.abandon()
    }
  }

  #sayGoodbye(connection: Connection, code: ByeCode): void {
    if (this.#inHandshake.has(connection)) connection.abandon()
    else connection.sayGoodbye(bye(code))
  }
}

const bye = (code: ByeCode) => ({ kind: 'bye', code, text: byeText[code] }) as const
