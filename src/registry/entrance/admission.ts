import type { Endpoint } from '../../endpoint.ts'
import type { Guesses } from '../../limits/guesses.ts'
import type { LimitHit, RegistryLimits } from '../../limits/registry-limits.ts'
import type { Log } from '../../log/log.ts'
import { type Result, refuse } from '../../result.ts'
import type { Blocks } from '../operator/blocks.ts'
import { AddressTable, type NotAdmitted, type Seat } from './address-table.ts'
import type { ListenerKind } from './listeners.ts'
import { Lock, type LockParts, type Rights } from './lock.ts'

export type AdmissionParts = {
  limits: RegistryLimits
  now: () => number
  log: Log
  limitHit: (limit: LimitHit) => void
  isTrusted: (ip: string) => boolean
  isKey: (secret: string) => boolean
  isAccessCode?: ((secret: string) => boolean) | undefined
  guesses: Guesses
  blocks: Pick<Blocks, 'has'>
}

export type Admitted = {
  rights: Rights
  /** The place, or the reason to tell the peer; `undefined` means: close without a word. */
  seat: Result<Seat, Why | undefined>
}

/**
 * Places by kind of listener. A connection of the web takes three descriptors of this process: both
 * of its ends are here, and so is the WebSocket of its page, but for a deed.
 */
const placesOf: Record<ListenerKind, number> = { plain: 1, tls: 1, own: 3, behalf: 3, deeds: 2 }

type Why = NotAdmitted | 'address-blocked'

const limitOf: Record<Why, LimitHit> = {
  'address-blocked': 'blocked',
  'too-many-connections': 'full',
  'too-many-from-address': 'addressFull',
  'connecting-too-fast': 'addressFast',
}

/** Whether it is this process that comes, and not somebody on whose behalf it comes. */
const isOwn = (listener: ListenerKind) => listener === 'own' || listener === 'deeds'

/** Decides which connections are let in, and what each may do at first. */
export class Admission {
  readonly #parts: AdmissionParts
  readonly #addresses: AddressTable
  readonly #locks: Record<'own' | 'foreign', LockParts>
  /** Refused connections that are still open. */
  #refused = 0

  constructor(parts: AdmissionParts) {
    this.#parts = parts
    this.#addresses = new AddressTable(parts.limits, parts.now)
    const { isKey, isAccessCode, guesses, limits } = parts
    const foreign = { isKey, isAccessCode, guesses, maxWrong: limits.maxWrongSecrets }
    this.#locks = { foreign, own: { ...foreign, isAccessCode: undefined } }
  }

  admit(remote: Endpoint, listener: ListenerKind): Admitted {
    const own = isOwn(listener)
    // On the web's own listeners an address on this machine gives no trust: behind a proxy that is not
    // known as one, all browsers seem to come from there. Only the key does.
    const trusted = !own && listener !== 'behalf' && this.#parts.isTrusted(remote.ip)
    const counted = own || trusted ? undefined : remote.ip
    // Guesses from a trusted address are counted too: behind a local tunnel everybody has that address.
    const rights = this.#rights(listener, trusted, own ? undefined : remote.ip)
    const blocked = !own && this.#parts.blocks.has(remote.ip)
    const seat = blocked
      ? refuse('address-blocked' as const)
      : this.#addresses.admit(counted, placesOf[listener])
    if (seat.ok) return { rights, seat }
    this.#parts.limitHit(limitOf[seat.error])
    this.#log(seat.error, remote)
    // A refusal must stay cheap: no more than so many open descriptors, and no TLS handshake.
    if (listener === 'tls' || this.#refused >= this.#parts.limits.maxRefusedConnections) {
      this.#parts.limitHit('unsaid')
      return { rights, seat: refuse(undefined) }
    }
    this.#refused += 1
    return { rights, seat }
  }

  left(seat: Seat | undefined): void {
    if (seat) seat.leave()
    else this.#refused -= 1
  }

  #rights(listener: ListenerKind, trusted: boolean, guesser: string | undefined): Rights {
    const own = isOwn(listener)
    const lock = new Lock(this.#locks[own ? 'own' : 'foreign'], guesser)
    return { trusted, locked: own || this.#parts.isAccessCode !== undefined, lock }
  }

  #log(why: Why, remote: Endpoint): void {
    const { limits, log } = this.#parts
    switch (why) {
      case 'too-many-connections':
        return log({ event: 'connections.full', ...remote, max: limits.maxConnections })
      case 'too-many-from-address':
        return log({ event: 'address.full', ...remote, max: limits.maxConnectionsPerAddress })
      case 'address-blocked':
        return log({ event: 'address.blocked', ...remote })
      case 'connecting-too-fast':
        return log({ event: 'address.fast', ...remote })
    }
  }
}
