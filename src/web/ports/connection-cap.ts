import { addressGroup } from '../../limits/address-group.ts'
import type { Accepted, OpenSockets } from './open-sockets.ts'

export type ConnectionCapParts = {
  sockets: OpenSockets
  /** The ports of the web. */
  ports: () => readonly number[]
  limits: ConnectionCapLimits
  /** How many descriptors this process may have; Infinity where nobody says. */
  descriptors: number
  /** Addresses that the limit per address does not concern. */
  isExempt: (ip: string) => boolean
  /** A connection from there was one too many. */
  refused: (ip: string) => void
}

export type ConnectionCapLimits = Readonly<{
  maxHttpConnections: number
  maxHttpConnectionsPerAddress: number
}>

/** How often it is asked how many descriptors are in use, which costs next to nothing. */
const lookMs = 100
/** After how many more of them the connections are counted at once, and after how long in any case. */
const more = 128
const countMs = 1_000
/** Where less than the first part of all descriptors is free, so many have to go that the second is. */
const leastFree = 0.05
const freeAgain = 0.1

/**
 * Keeps connections to the web's port within limits: in all, from one address, and by what the other
 * parts of this process need of its descriptors. The connection that came last has to go. They are counted after
 * the fact, since `Bun.serve` takes them without asking (decisions/014).
 */
export class ConnectionCap {
  readonly #parts: ConnectionCapParts
  readonly #timer: Timer
  /** Since which count each descriptor has had its connection. */
  #known = new Map<number, Accepted & { since: number }>()
  #counts = 0
  #countedAt = 0
  #usedThen = 0

  constructor(parts: ConnectionCapParts) {
    this.#parts = parts
    this.#timer = setInterval(() => this.look(), lookMs)
  }

  stop(): void {
    clearInterval(this.#timer)
  }

  look(now = performance.now()): void {
    const { sockets, limits, descriptors } = this.#parts
    const used = Math.min(sockets.lowestFree(), descriptors)
    if (!Number.isFinite(used)) return
    const isScarce = used > descriptors * (1 - leastFree)
    const isDue = isScarce || used >= this.#usedThen + more || now >= this.#countedAt + countMs
    if (!isDue) return
    this.#countedAt = now
    this.#usedThen = used
    const few = Math.min(limits.maxHttpConnections, limits.maxHttpConnectionsPerAddress)
    if (sockets.end() <= few) return
    const missing = isScarce ? used - Math.floor(descriptors * (1 - freeAgain)) : 0
    this.#usedThen -= this.#count(missing)
  }

  /** Closes what is too many, at least `missing` if there are so many; says how many it closed. */
  #count(missing: number): number {
    const { sockets, ports, limits, refused } = this.#parts
    this.#counts += 1
    const before = this.#known
    const present = sockets.acceptedOn(ports()).map((each) => {
      const known = before.get(each.fd)
      const same = known?.ip === each.ip && known.port === each.port
      return { ...each, since: same ? known.since : this.#counts }
    })
    const excess = new Set(this.#beyondAddress(present))
    const rest = present.filter((each) => !excess.has(each)).sort(byAge)
    const stillMissing = Math.max(0, missing - excess.size)
    const most = Math.min(limits.maxHttpConnections, rest.length - stillMissing)
    for (const each of rest.slice(Math.max(0, most))) excess.add(each)
    for (const { fd, ip } of excess) {
      sockets.shutDown(fd)
      refused(ip)
    }
    this.#known = new Map(
      present.filter((each) => !excess.has(each)).map((each) => [each.fd, each]),
    )
    return excess.size
  }

  /** Of each address the newest, beyond as many as it may have. */
  #beyondAddress<Each extends Accepted & { since: number }>(present: Each[]): Each[] {
    const { isExempt, limits } = this.#parts
    const counted = present.filter(({ ip }) => !isExempt(ip))
    const groups = [...Map.groupBy(counted, ({ ip }) => addressGroup(ip)).values()]
    return groups.flatMap((group) => group.sort(byAge).slice(limits.maxHttpConnectionsPerAddress))
  }
}

/** The oldest first; of one age, in the order of their descriptors. */
const byAge = (one: Accepted & { since: number }, other: Accepted & { since: number }): number =>
  one.since - other.since || one.fd - other.fd
