import type { RegistryLimits } from '../../limits/registry-limits.ts'
import { TokenBucket } from '../../limits/token-bucket.ts'
import type { Talking } from './call.ts'

export type ShownPartnersParts = {
  limits: Pick<RegistryLimits, 'partnerCharactersPerSecond' | 'partnerCharacterBurst'>
  /** Any clock that only goes forward, in milliseconds. */
  now: () => number
  /** Tells watchers of each member of this call with whom it talks. */
  tell: (call: Talking) => void
}

/**
 * The calls whose members have changed since watchers were told of them. To tell of one call takes as
 * many names as the square of its members. So all calls together have a budget, and where it is spent,
 * a call waits for its turn, and is told of once for all that has changed until then. Otherwise a few
 * people who come and go could give a watcher more to read than may wait for it.
 */
export class ShownPartners {
  readonly #tell: (call: Talking) => void
  readonly #budget: TokenBucket
  /** The one that has waited longest first. */
  readonly #changed = new Set<Talking>()

  constructor({ limits, now, tell }: ShownPartnersParts) {
    const { partnerCharactersPerSecond: perSecond, partnerCharacterBurst: burst } = limits
    this.#budget = new TokenBucket({ perSecond, burst }, now)
    this.#tell = tell
  }

  changed(call: Talking): void {
    this.#changed.add(call)
  }

  /** The call is over: its members are told to be free. */
  over(call: Talking): void {
    this.#changed.delete(call)
  }

  /** Tells of those for whom there is budget now. */
  tell(): void {
    for (const call of this.#changed) {
      if (!this.#budget.take(charactersOf(call))) return
      this.#changed.delete(call)
      this.#tell(call)
    }
  }
}

/** Each line has every member once, and two commas for each. */
const charactersOf = ({ members }: Talking): number =>
  members.reduce((sum, { registration: { name, ip } }) => sum + name.length + ip.length + 2, 0) *
  members.length
