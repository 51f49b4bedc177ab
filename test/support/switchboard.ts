import type { RegistryLimits } from '../../src/limits/registry-limits.ts'
import type { LogEntry } from '../../src/log/log.ts'
import type { Line } from '../../src/registry/calls/call.ts'
import { Switchboard } from '../../src/registry/calls/switchboard.ts'
import { Directory } from '../../src/registry/directory/directory.ts'
import type { Registration } from '../../src/registry/directory/registration.ts'
import type { CallPush, CallRequest, PresencePush, RefusalCode } from '../../src/wire/message.ts'
import { defaultLimits } from './limits.ts'

/** One end as a test sees it: what it is told is kept, in order. */
export class TestEnd implements Line {
  readonly told: CallPush[] = []
  readonly registration: Registration
  talking = false
  room = Number.POSITIVE_INFINITY
  readonly #exchange: TestExchange

  constructor(registration: Registration, exchange: TestExchange) {
    this.registration = registration
    this.#exchange = exchange
  }

  tell(push: CallPush): void {
    this.told.push(push)
  }

  hasRoom(bytes: number): boolean {
    return bytes <= this.room
  }

  talks(on: boolean): void {
    this.talking = on
  }

  /** The id of the call that it is about, `ready`, or the code of the refusal. */
  ask(asked: CallRequest): string | RefusalCode {
    const { registration } = this
    const answer = this.#exchange.switchboard.answer(asked, { registration, line: this })
    if (!answer.ok) return answer.error
    return answer.value.kind === 'call' ? answer.value.id : answer.value.kind
  }

  /** What it was told since the last time. */
  news(): CallPush[] {
    return this.told.splice(0)
  }

  leave(how: 'left' | 'lost' = 'left'): void {
    this.#exchange.switchboard.leave(this.registration, how)
    this.#exchange.directory.unregister(this.registration)
  }
}

/** A switchboard with a clock of the test's own, whose ids are counted: `…0001`, `…0002`. */
export class TestExchange {
  readonly directory = new Directory({ now: () => 0 })
  readonly switchboard: Switchboard
  readonly presence: PresencePush[] = []
  readonly log: LogEntry[] = []
  time = 1_000
  #ids = 0
  #lastCallPort = 5000

  constructor(limits: Partial<RegistryLimits> = {}, { showsPartners = false } = {}) {
    this.switchboard = new Switchboard({
      directory: this.directory,
      limits: { ...defaultLimits, ...limits },
      now: () => this.time,
      newId: () => idOf(++this.#ids),
      log: (entry) => this.log.push(entry),
      showsPartners,
      changed: (push) => this.presence.push(push),
    })
  }

  /** Registers somebody. */
  join(name: string, ip = '10.0.0.1'): TestEnd {
    const entry = { name, ip, port: 4000, callPort: ++this.#lastCallPort }
    const registered = this.directory.register(entry)
    if (!registered.ok) throw new Error(`${name} was refused: ${registered.error}`)
    return new TestEnd(registered.value, this)
  }

  /** Lets time pass, and the switchboard see it. */
  pass(milliseconds: number): void {
    this.time += milliseconds
    this.switchboard.expire()
  }
}

export const idOf = (serial: number): string => String(serial).padStart(22, '0')
