import { inRounds } from '../limits/in-rounds.ts'
import type { LimitHit, RegistryLimits } from '../limits/registry-limits.ts'
import type { Log } from '../log/log.ts'
import type { Push } from '../wire/message.ts'
import { byeText, type SaidByeCode } from '../wire/refusal.ts'
import type { Connection } from './connection/connection.ts'
import { type Held, heaviestFirst } from './connection/held-bytes.ts'
import type { Seat } from './entrance/address-table.ts'
import type { ListenerKind } from './entrance/listeners.ts'

/** Fewer would make a stop of a small registry long. */
const sentAwayPerSecond = 500

export type ConnectionsParts = {
  limits: RegistryLimits
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  log: Log
  limitHit: (limit: LimitHit) => void
}

/** All connections of the registry: their places, their time limits, and their goodbyes. */
export class Connections {
  readonly #parts: ConnectionsParts
  /** Each connection with its place. A refused connection has no place. */
  readonly #seats = new Map<Connection, Seat | undefined>()
  /** Connections with a time limit. `endOverdue` looks only at these. */
  readonly #awaited = new Set<Connection>()
  /** Connections in their TLS handshake: nothing can be sent to them yet. */
  readonly #inHandshake = new Set<Connection>()
  /** Connections of the web half of this process. */
  readonly #own = new WeakSet<Connection>()

  constructor(parts: ConnectionsParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#seats.size
  }

  add(connection: Connection, seat: Seat | undefined, kind: ListenerKind): void {
    this.#seats.set(connection, seat)
    if (kind !== 'plain' && kind !== 'tls') this.#own.add(connection)
    this.#awaited.add(connection)
    if (kind === 'tls') this.#inHandshake.add(connection)
  }

  handshakeDone(connection: Connection): void {
    this.#inHandshake.delete(connection)
  }

  /** Called when a connection's time limit or trust has changed. */
  changed(connection: Connection): void {
    if (connection.waitingFor) this.#awaited.add(connection)
    else this.#awaited.delete(connection)
    if (connection.trusted) this.#seats.get(connection)?.exempt()
  }

  /** Called when the socket is closed. Returns its place, or `undefined` if it was not in the table. */
  remove(connection: Connection): { seat: Seat | undefined } | undefined {
    const seat = this.#seats.get(connection)
    if (!this.#seats.delete(connection)) return undefined
    this.#inHandshake.delete(connection)
    connection.gone()
    return { seat }
  }

  /** Closes every connection whose time limit has passed. */
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
   * Closes the heaviest connections until the process holds less than 75 % of `maxHeldBytes`. The gap
   * matters: without it, the next few bytes would start another search over all connections.
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

  /** The operator ends these connections, and their calls. */
  endWhere(
    isMeant: (connection: Connection) => boolean,
    bye: Extract<Push, { kind: 'bye' }>,
  ): void {
    for (const connection of this.#seats.keys()) {
      if (!isMeant(connection)) continue
      if (this.#inHandshake.has(connection)) connection.abandon()
      else connection.disconnect(bye)
    }
  }

  /** Logs a bug that one connection met, and ends only that connection. */
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

  /**
   * Says goodbye to all but those of this process itself, some at a time: they will all dial again at
   * another node. Resolves when the last was told.
   */
  async sendAway(lastsMs: number): Promise<void> {
    const strangers = [...this.#seats.keys()].filter((connection) => !this.#own.has(connection))
    await inRounds(strangers, { lastsMs, perSecond: sentAwayPerSecond }, (connection) =>
      this.#farewell(connection),
    )
  }

  /** Says goodbye to all. Resolves when all are closed, at the latest after 1.5 times `closeGraceMs`. */
  async end(): Promise<void> {
    const { limits, now } = this.#parts
    for (const connection of this.#seats.keys()) this.#farewell(connection)
    const deadline = now() + 1.5 * limits.closeGraceMs
    while (this.size > 0 && now() < deadline) await Bun.sleep(10)
    for (const connection of this.#seats.keys()) connection.abandon()
  }

  #farewell(connection: Connection): void {
    try {
      this.#sayGoodbye(connection, 'shutdown')
    } catch (error) {
      this.failed(connection, error)
    }
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

  #sayGoodbye(connection: Connection, code: SaidByeCode): void {
    if (this.#inHandshake.has(connection)) connection.abandon()
    else connection.sayGoodbye(bye(code))
  }
}

const bye = (code: SaidByeCode) => ({ kind: 'bye', code, text: byeText[code] }) as const
