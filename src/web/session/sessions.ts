import {
  ignoreLost,
  type RegistryClient,
  type RegistryLost,
  type Tap,
} from '../../client/registry-client.ts'
import { ok, type Result, refuse } from '../../result.ts'
import type { Push, RefusalCode } from '../../wire/message.ts'
import { parseName } from '../../wire/name.ts'
import { WireLog } from '../wire/wire-log.ts'
import { type Identity, registerAs, type Wanted } from './registering.ts'
import type { SessionLimits } from './session-limits.ts'
import { Takeovers } from './takeovers.ts'

export type { Identity, Wanted } from './registering.ts'

/**
 * Why a session is over. `gone`: its browser is; `lost`: its registry connection is; `displaced`: its
 * registration is another connection's, perhaps of this browser at another server.
 */
export type Ending = 'left' | 'gone' | 'lost' | 'displaced'

/** One browser's stay: a cookie, a registry connection, and the tabs that are open. */
export type Session = {
  readonly id: string
  readonly me: Identity
  readonly client: RegistryClient
  /** What was said on the client's connection. */
  readonly wire: WireLog
}

export type SessionParts = {
  /** A new registry connection that may register on the browser's behalf. */
  connect: (on: {
    push: (push: Push) => void
    lost: (why: RegistryLost) => void
    tap: Tap
  }) => Promise<Result<RegistryClient, RefusalCode>>
  /** What the registry sent unasked on the session's own connection. */
  onPush: (session: Session, push: Push) => void
  onEnded: (session: Session, ending: Ending) => void
  /** Proves to all servers of one directory that it is the same browser. Only where there are several. */
  proofOf?: ((id: string) => string) | undefined
  /** Another call port at that address, where the one before was refused. */
  otherPort: (ip: string) => number
  /** How many there may be at one address. */
  places: { take: (ip: string) => boolean; leave: (ip: string) => void }
  limits: SessionLimits
}

type Entry = Session & { tabs: number; timer: Timer | undefined; form?: string }

/**
 * The browsers that are registered. A session begins with its registration and ends when it
 * leaves, when its browser is gone, or when its registry connection is lost; each ending is told
 * once. Nothing is kept of a session that is over: what it needs to come back is in its cookie.
 */
export class Sessions {
  readonly #parts: SessionParts
  readonly #entries = new Map<string, Entry>()
  /** Sessions that began with a form, by that form. */
  readonly #byForm = new Map<string, Entry>()
  /** Registrations under way, so that the tabs of one browser make one and share its outcome. */
  readonly #beginning = new Map<string, Promise<Result<Session, RefusalCode>>>()
  readonly #takeovers = new Takeovers(() => performance.now())

  constructor(parts: SessionParts) {
    this.#parts = parts
  }

  get size(): number {
    return this.#entries.size
  }

  get(id: string): Session | undefined {
    return this.#entries.get(id)
  }

  /**
   * Whether other tabs of that browser, at another server, have taken the session from here again and again.
   * Those here better dial again, and so meet them.
   */
  isContended(id: string): boolean {
    return this.#takeovers.tooOften(id)
  }

  /** The session of that id, also one whose registration is under way. */
  async getOnceBegun(id: string): Promise<Session | undefined> {
    await this.#beginning.get(id)?.catch(ignoreLost)
    return this.get(id)
  }

  /**
   * Registers and begins a session under that id; one that there is, or is beginning, is shared.
   * Refuses with the registry's code; rejects with `RegistryLost` where it cannot be reached.
   */
  begin(id: string, me: Wanted): Promise<Result<Session, RefusalCode>> {
    const session = this.#entries.get(id)
    if (session) return Promise.resolve(ok(session))
    return this.#once(id, () => this.#register(id, me))
  }

  /**
   * The same for a form that was sent, which a hurried person sends twice: the session has the `id` that
   * came first. `form` is known to the page that shows it alone; an empty one is no form's.
   */
  beginByForm(form: string, id: string, me: Wanted): Promise<Result<Session, RefusalCode>> {
    if (form === '') return this.begin(id, me)
    const key = `${me.ip} ${form}`
    const session = this.#byForm.get(key)
    if (session) return Promise.resolve(ok(session))
    return this.#once(key, async () => {
      const begun = await this.#register(id, me)
      const entry = begun.ok && this.#entries.get(begun.value.id)
      if (entry) {
        entry.form = key
        this.#byForm.set(key, entry)
      }
      return begun
    })
  }

  /** Says `quit` for the browser and ends its session. */
  async leave(session: Session): Promise<void> {
    if (!this.#remove(session, 'left')) return
    // Lost while saying goodbye is gone all the same.
    await session.client.ask({ verb: 'quit' }).catch(ignoreLost)
    session.client.close()
  }

  /** Any request shows that the browser is there. */
  touch(session: Session): void {
    const entry = this.#entries.get(session.id)
    if (entry && entry.tabs === 0) this.#endAfter(entry, this.#parts.limits.requestGraceMs, 'quit')
  }

  tabOpened(session: Session): void {
    const entry = this.#entries.get(session.id)
    if (!entry) return
    entry.tabs += 1
    clearTimeout(entry.timer)
  }

  tabClosed(session: Session, wasSilent: boolean): void {
    const entry = this.#entries.get(session.id)
    if (!entry) return
    entry.tabs -= 1
    const { silentGraceMs, tabGraceMs } = this.#parts.limits
    if (entry.tabs > 0) return
    // A silent browser has closed nothing. Its call may go on without the server, and be resumed.
    if (wasSilent) this.#endAfter(entry, silentGraceMs, 'close')
    else this.#endAfter(entry, tabGraceMs, 'quit')
  }

  /** At shutdown: every registration ends, no browser is told that it left. */
  async close(): Promise<void> {
    const entries = [...this.#entries.values()]
    this.#entries.clear()
    for (const entry of entries) clearTimeout(entry.timer)
    await Promise.all(entries.map(({ client }) => client.ask({ verb: 'quit' }).catch(ignoreLost)))
    for (const { client } of entries) client.close()
  }

  #once(
    key: string,
    begin: () => Promise<Result<Session, RefusalCode>>,
  ): Promise<Result<Session, RefusalCode>> {
    const beginning = this.#beginning.get(key) ?? begin()
    this.#beginning.set(key, beginning)
    return beginning.finally(() => this.#beginning.delete(key))
  }

  async #register(id: string, wanted: Wanted): Promise<Result<Session, RefusalCode>> {
    const name = parseName(wanted.name)
    if (!name.ok) return name
    if (!this.#parts.places.take(wanted.ip)) return refuse('too-many-from-address')
    let begun = false
    try {
      const session = await this.#connect(id, { ...wanted, name: name.value })
      begun = session.ok
      return session
    } finally {
      if (!begun) this.#parts.places.leave(wanted.ip)
    }
  }

  async #connect(id: string, wanted: Wanted): Promise<Result<Session, RefusalCode>> {
    let entry: Entry | undefined
    let lost: RegistryLost | undefined
    let displaced = false
    const wire = new WireLog()
    const connected = await this.#parts.connect({
      tap: wire,
      push: (push) => {
        if (push.kind === 'bye' && push.code === 'displaced') displaced = true
        if (entry) this.#parts.onPush(entry, push)
      },
      lost: (why) => {
        lost = why
        if (entry) this.#remove(entry, displaced ? 'displaced' : 'lost')
      },
    })
    if (!connected.ok) return connected
    const client = connected.value
    const registered = await registerAs(client, wanted, this.#parts, this.#parts.proofOf?.(id))
    if (!registered.ok) {
      client.close()
      return registered
    }
    const me = registered.value
    // The goodbye may have come right behind the answer.
    if (lost) throw lost
    entry = { id, me, client, wire, tabs: 0, timer: undefined }
    this.#entries.set(id, entry)
    this.#endAfter(entry, this.#parts.limits.requestGraceMs, 'quit')
    return ok(entry)
  }

  /** To `quit` ends a call for the other end too; to `close` says that this one may come back. */
  #endAfter(entry: Entry, milliseconds: number, how: 'quit' | 'close'): void {
    clearTimeout(entry.timer)
    entry.timer = setTimeout(() => {
      this.#remove(entry, 'gone')
      if (how === 'quit') entry.client.ask({ verb: 'quit' }).catch(ignoreLost)
      else entry.client.close()
    }, milliseconds)
  }

  #remove(session: Session, ending: Ending): boolean {
    const entry = this.#entries.get(session.id)
    if (entry !== session) return false
    clearTimeout(entry.timer)
    this.#entries.delete(session.id)
    if (entry.form !== undefined) this.#byForm.delete(entry.form)
    this.#parts.places.leave(session.me.ip)
    if (ending === 'displaced') this.#takeovers.happened(entry.id)
    this.#parts.onEnded(session, ending)
    return true
  }
}
