import type { HolderLine } from '../../registry/changes.ts'
import type { Entry, Registration } from '../../registry/directory/registration.ts'
import type { CallRequest } from '../../wire/message.ts'
import type { Held, Readiness } from '../command.ts'

/** A registration whose connection is at this node. */
export type Claim = {
  readonly entry: Entry
  readonly line: HolderLine
  readonly proof: string
  ready: Readiness
}

/**
 * The registrations of this node's connections, from the reply to the end of the connection: also while
 * the log has lost them. They are the truth, of which the log and every replica are copies.
 */
export class OwnClaims {
  readonly #bySerial = new Map<number, Claim>()

  get size(): number {
    return this.#bySerial.size
  }

  add(entry: Entry, line: HolderLine, proof: string): void {
    this.#bySerial.set(entry.serial, { entry, line, proof, ready: 'no' })
  }

  get(serial: number): Claim | undefined {
    return this.#bySerial.get(serial)
  }

  /** The peer has said that it takes calls. */
  readied(serial: number, { conference }: Extract<CallRequest, { verb: 'ready' }>): void {
    const claim = this.#bySerial.get(serial)
    if (!claim) return
    if (conference) claim.ready = 'conference'
    else if (claim.ready === 'no') claim.ready = 'ready'
  }

  delete(registration: Registration): void {
    this.#bySerial.delete(serialOf(registration))
  }

  all(): Held[] {
    return [...this.#bySerial.values()].map(({ entry, proof, ready }) =>
      heldOf(entry, proof, ready),
    )
  }
}

/** All registrations of a directory are entries. */
export const serialOf = (registration: Registration): number => (registration as Entry).serial

export const heldOf = (
  { serial, since, name, ip, port, callPort }: Entry,
  proof: string,
  ready: Readiness,
): Held => ({ serial, since, name, ip, port, callPort, proof, ready })
