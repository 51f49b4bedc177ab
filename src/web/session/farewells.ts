import type { Push } from '../../wire/message.ts'

/** Why the operator has ended a session, and what its person is to read. */
export type Farewell = { code: 'disconnected' | 'address-blocked'; text: string }

/** So many are remembered, the newest: of a browser that sleeps the tab may come back days later. */
const mostFarewells = 1_000

/**
 * The sessions that the operator has ended. Their tabs bring them back no more: that is for their person to do,
 * who begins another session by the form.
 */
export class Farewells {
  readonly #bySession = new Map<string, Farewell>()

  /** The registry said this on the session's own connection. */
  heard(sessionId: string, push: Push): void {
    if (push.kind !== 'bye') return
    const { code, text } = push
    if (code !== 'disconnected' && code !== 'address-blocked') return
    this.#bySession.set(sessionId, { code, text })
    const [oldest] = this.#bySession.keys()
    if (this.#bySession.size > mostFarewells && oldest !== undefined) {
      this.#bySession.delete(oldest)
    }
  }

  to(sessionId: string | undefined): Farewell | undefined {
    return sessionId === undefined ? undefined : this.#bySession.get(sessionId)
  }
}
