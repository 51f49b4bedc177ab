import type { Framing } from '../../src/wire/message.ts'

/** What a received line is, and which request it answers. `unasked` refuses the whole connection. */
export type Answered =
  | { as: 'push' | 'unasked' }
  /** The answer to a browser that dialled the registry's port. */
  | { as: 'http' }
  | { as: 'reply'; to: string }

/** Ties each line that one connection receives to its request, as PROTOCOL.md tells a client to do. */
export class Exchange {
  readonly framing: Framing
  readonly #asked: string[] = []
  #begun = ''

  constructor(framing: Framing) {
    this.framing = framing
  }

  sent(text: string): void {
    if (this.framing === 'bare') {
      this.#asked.push(text)
      return
    }
    const lines = (this.#begun + text).split('\n')
    this.#begun = lines.pop() ?? ''
    this.#asked.push(...lines.map((line) => line.replace(/\r$/, '')))
  }

  /** The input has ended: what is left is the last message. */
  ended(): void {
    if (this.#begun !== '') this.#asked.push(this.#begun)
    this.#begun = ''
  }

  received(line: string): Answered {
    const [oldest] = this.#asked
    if (line.startsWith('*')) {
      if (oldest === 'watch' && /^\*(here|synced),/.test(line)) this.#asked.shift()
      return { as: 'push' }
    }
    if (oldest === undefined) return { as: 'unasked' }
    if (oldest.includes(' HTTP/')) return { as: 'http' }
    if (oldest !== 'help' || line === '.' || line.startsWith('error,')) this.#asked.shift()
    return { as: 'reply', to: oldest }
  }
}
