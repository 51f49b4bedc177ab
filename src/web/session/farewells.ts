import type { Push } from '../../wire/message.ts'

/** Why the operator has ended a session, and what its person is to read. */
export type Farewell = { code: 'disconnected' | 'address-blocked'; text: string }

/** What a browser says of itself, and when that was written, in Unix seconds. */
type Known = { id: string; name?: string | undefined; writtenAt: number }

/** So many are remembered, the newest: of a browser that sleeps the tab may come back days later. */
const mostFarewells = 1_000

/**
 * The sessions that the operator has ended. Their tabs bring them back no more: that is for their person to do,
 * who begins another session by the form.
 */
export class Farewells {
  readonly #bySession = new Map<string, Farewell>()
  /** At any node, by name and IP: the browser may come to this one next. */
  readonly #byPerson = new Map<string, Farewell & { at: number }>()
  readonly #now: () => number

  /** `now` gives Unix time in milliseconds. */
  constructor(now: () => number = Date.now) {
    this.#now = now
  }

  /** The registry said this on the session's own connection. */
  heard(sessionId: string, push: Push): void {
    if (push.kind !== 'bye') return
    const { code, text } = push
    if (code !== 'disconnected' && code !== 'address-blocked') return
    keep(this.#bySession, sessionId, { code, text })
  }

  /** The operator has disconnected whoever is registered so. */
  kicked({ name, ip, text }: { name: string; ip: string; text: string }): void {
    keep(this.#byPerson, `${name},${ip}`, { code: 'disconnected', text, at: this.#now() })
  }

  to(sessionId: string): Farewell | undefined {
    return this.#bySession.get(sessionId)
  }

  /** The same for a browser that comes from that address: unless it has entered by the form since. */
  toBrowser({ id, name, writtenAt }: Known, ip: string): Farewell | undefined {
    const session = this.to(id)
    if (session) return session
    const person = this.#byPerson.get(`${name},${ip}`)
    return person && writtenAt * 1000 <= person.at ? person : undefined
  }
}

/** Forgets the oldest where there are too many. */
function keep<Value>(known: Map<string, Value>, key: string, value: Value): void {
  known.delete(key)
  known.set(key, value)
  const [oldest] = known.keys()
  if (known.size > mostFarewells && oldest !== undefined) known.delete(oldest)
}
