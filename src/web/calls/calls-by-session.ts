import type { Session } from '../session/sessions.ts'
import type { CallParts } from './held-calls.ts'
import { SessionCalls } from './session-calls.ts'

/** What each session that has had an open tab knows of its calls. */
export class CallsBySession {
  readonly #parts: CallParts
  readonly #all = new Map<Session, SessionCalls>()

  constructor(parts: CallParts) {
    this.#parts = parts
  }

  of(session: Session): SessionCalls {
    const known = this.#all.get(session)
    if (known) return known
    const calls = new SessionCalls(session, this.#parts)
    this.#all.set(session, calls)
    return calls
  }

  known(session: Session): SessionCalls | undefined {
    return this.#all.get(session)
  }

  /** The session is over. */
  end(session: Session): void {
    this.#all.get(session)?.end()
    this.#all.delete(session)
  }
}
