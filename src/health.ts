/** Whether this process serves: told to balancers and watchdogs (`/healthz`). */
export type HealthStatus =
  | 'serving'
  /** It will stop soon: new clients are better sent elsewhere. */
  | 'draining'
  /** What it shares with other nodes cannot be reached, so it refuses changes. */
  | 'engine-unreachable'

/** The health of one process. Its parts set it; anybody may look. It begins as `serving`. */
export class Health {
  #draining = false
  #engineReachable = true

  /** A stop is not taken back, so it comes before everything else. */
  get status(): HealthStatus {
    if (this.#draining) return 'draining'
    return this.#engineReachable ? 'serving' : 'engine-unreachable'
  }

  drain(): void {
    this.#draining = true
  }

  engineReachable(reachable: boolean): void {
    this.#engineReachable = reachable
  }
}
