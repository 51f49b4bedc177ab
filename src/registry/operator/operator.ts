import type { Endpoint } from '../../endpoint.ts'
import { addressGroup } from '../../limits/address-group.ts'
import type { RegistryLimits } from '../../limits/registry-limits.ts'
import type { Log } from '../../log/log.ts'
import type { Deed } from '../../operator/deed.ts'
import { ok, type Result, refuse } from '../../result.ts'
import type { RefusalCode, Reply } from '../../wire/message.ts'
import type { OperatorRequest } from '../../wire/operator/message.ts'
import { type Soon, whenThere } from '../changes.ts'
import type { Directory } from '../directory/directory.ts'
import type { Blocks } from './blocks.ts'

export type OperatorParts = {
  directory: Pick<Directory, 'find'>
  blocks: Blocks
  isTrusted: (ip: string) => boolean
  limits: Pick<RegistryLimits, 'maxBlocked'>
  /** Has the deed done wherever it has to be. Refuses with `unavailable` where that cannot be now. */
  order: (deed: Deed) => Soon<Result<void, 'unavailable'>>
  log: Log
  /** Unix time in milliseconds. */
  now: () => number
}

type Decided = Result<{ deed: Deed; reply: Reply }, RefusalCode>

/** Answers the operator's requests. What they do is a deed, which is logged with the operator's address. */
export class Operator {
  readonly #parts: OperatorParts

  constructor(parts: OperatorParts) {
    this.#parts = parts
  }

  /** `by` is the operator's end of the connection. */
  ask(asked: OperatorRequest, by: Endpoint): Soon<Result<Reply, RefusalCode>> {
    if (asked.verb === 'blocked') {
      return ok({ kind: 'blocks', blocks: this.#parts.blocks.all, counted: true })
    }
    const decided = this.#decide(asked, by)
    if (!decided.ok) return decided
    const { deed, reply } = decided.value
    return whenThere(this.#parts.order(deed), (done) => {
      if (!done.ok) return done
      this.#parts.log({ event: 'operator.did', by, deed })
      return ok(reply)
    })
  }

  #decide(asked: Exclude<OperatorRequest, { verb: 'blocked' }>, by: Endpoint): Decided {
    switch (asked.verb) {
      case 'kick': {
        const { name, ip, text } = asked
        if (!this.#parts.directory.find(name, ip)) return refuse('unknown-user')
        return ok({ deed: { kind: 'kick', name, ip, text }, reply: { kind: 'kicked', name, ip } })
      }
      case 'block':
        return this.#block(asked.ip, asked.seconds, by)
      case 'unblock': {
        const { ip } = asked
        if (!this.#parts.blocks.lists(ip)) return refuse('not-blocked')
        const reply = { kind: 'unblocked', address: addressGroup(ip) } as const
        return ok({ deed: { kind: 'unblock', ip }, reply })
      }
      case 'notice':
        return ok({ deed: { kind: 'notice', text: asked.text }, reply: { kind: 'notified' } })
    }
  }

  #block(ip: string, seconds: number, by: Endpoint): Decided {
    const { blocks, isTrusted, limits, now } = this.#parts
    const address = addressGroup(ip)
    // Where programs register others, blocked is everybody; and an operator must be able to take it back.
    if (isTrusted(ip) || addressGroup(by.ip) === address) return refuse('not-blockable')
    if (!blocks.lists(ip) && blocks.all.length >= limits.maxBlocked)
      return refuse('too-many-blocked')
    const until = now() + seconds * 1000
    const reply = { kind: 'blocks', blocks: [{ address, until }], counted: false } as const
    return ok({ deed: { kind: 'block', ip, until }, reply })
  }
}
