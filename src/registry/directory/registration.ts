import type { Listing } from '../../wire/message.ts'

/** An entry of the directory. It lasts as long as the connection that made it. */
export type Registration = Readonly<
  Listing & {
    /** Port of the client's own end of its connection, as the client claims. Only shown to people. */
    port: number
  }
>

/** A registration in the linked list of all, in order of registration. */
export class Entry implements Registration {
  readonly name: string
  readonly ip: string
  readonly port: number
  readonly callPort: number
  readonly since: number
  /** Greater than that of every entry before it. */
  readonly serial: number
  #before: Entry | undefined
  #after: Entry | undefined

  /** `last` is the last registration so far; `since` is Unix time in milliseconds. */
  constructor(
    { name, ip, port, callPort }: Omit<Registration, 'since'>,
    since: number,
    last: Entry | undefined,
    serial = last ? last.serial + 1 : 0,
  ) {
    this.name = name
    this.ip = ip
    this.port = port
    this.callPort = callPort
    this.since = since
    this.serial = serial
    this.#before = last
    if (last) last.#after = this
  }

  get before(): Entry | undefined {
    return this.#before
  }

  get after(): Entry | undefined {
    return this.#after
  }

  cameBefore(other: Entry): boolean {
    return this.serial < other.serial
  }

  /** Puts this entry, which is in no list, between two neighbours. */
  enter(before: Entry | undefined, after: Entry | undefined): void {
    this.#before = before
    this.#after = after
    if (before) before.#after = this
    if (after) after.#before = this
  }

  /** Takes this entry out of the list. */
  leave(): void {
    if (this.#before) this.#before.#after = this.#after
    if (this.#after) this.#after.#before = this.#before
    this.#before = undefined
    this.#after = undefined
  }
}
