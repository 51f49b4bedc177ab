import { addressGroup } from '../../limits/address-group.ts'
import type { Deed } from '../../operator/deed.ts'
import type { Block } from '../../wire/operator/message.ts'
import { formatPush } from '../../wire/push.ts'
import { byeText } from '../../wire/refusal.ts'
import type { Connection } from '../connection/connection.ts'
import type { Connections } from '../connections.ts'
import type { Blocks } from './blocks.ts'

export type DeedsParts = {
  connections: Pick<Connections, 'endWhere'>
  blocks: Blocks
  /** Tells every watcher. */
  tell: (line: string) => void
  /** Called for each that is disconnected, at whichever node: its browser may come to this one next. */
  kicked?: ((deed: Extract<Deed, { kind: 'kick' }>) => void) | undefined
}

export type LastingDeeds = { blocks: Block[]; notice: string }

/** Does here what the operator asks. The same deed twice is as good as once. */
export class Deeds {
  readonly #parts: DeedsParts
  /** What all people are to know; empty where nothing is. */
  notice = ''

  constructor(parts: DeedsParts) {
    this.#parts = parts
  }

  /** What lasts, for another process. */
  get lasting(): LastingDeeds {
    return { blocks: this.#parts.blocks.all, notice: this.notice }
  }

  /** What lasts elsewhere, in place of what lasts here. Watchers are told another notice. */
  restore({ blocks, notice }: LastingDeeds): void {
    this.#parts.blocks.restore(blocks)
    if (notice !== this.notice) this.do({ kind: 'notice', text: notice })
  }

  do(deed: Deed): void {
    const { connections, blocks, tell } = this.#parts
    switch (deed.kind) {
      case 'kick': {
        const { name, ip, text } = deed
        this.#parts.kicked?.(deed)
        connections.endWhere(
          ({ registration }) => registration?.name === name && registration.ip === ip,
          { kind: 'bye', code: 'disconnected', text },
        )
        break
      }
      case 'block': {
        const group = addressGroup(deed.ip)
        blocks.set(deed.ip, deed.until)
        connections.endWhere(
          (connection) => {
            const ip = addressOf(connection)
            return addressGroup(ip) === group && blocks.has(ip)
          },
          {
            kind: 'bye',
            code: 'address-blocked',
            text: byeText['address-blocked'],
          },
        )
        break
      }
      case 'unblock':
        blocks.remove(deed.ip)
        break
      case 'notice':
        this.notice = deed.text
        tell(formatPush({ kind: 'notice', text: deed.text }))
    }
  }
}

/** The web's connections come from this machine: of a browser's the registration tells the address. */
const addressOf = ({ registration, remote }: Connection): string => registration?.ip ?? remote.ip
