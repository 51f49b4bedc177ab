import { connectRegistry, type RegistryClient } from '../../src/client/registry-client.ts'
import { inHands } from './audience.ts'
import type { Changes } from './changes.ts'

/**
 * People who register and leave, one connection each. Their names come first in the list by name, so
 * that every page shows them. A refusal ends the process: there would be nothing to measure.
 */
export class PassersBy {
  readonly #port: number
  readonly #changes: Changes
  readonly #waiting: RegistryClient[] = []
  readonly #here: { name: string; client: RegistryClient }[] = []
  #number = 0

  constructor(port: number, changes: Changes) {
    this.#port = port
    this.#changes = changes
  }

  get here(): number {
    return this.#here.length
  }

  /** Connects some who have not registered yet, so that nobody waits for it later. */
  async gather(count: number): Promise<void> {
    await inHands(count, async () => {
      this.#waiting.push(await connectRegistry({ hostname: '127.0.0.1', port: this.#port }))
    })
  }

  /** One of those who wait registers. */
  join(): void {
    const client = this.#waiting.shift()
    if (!client) throw new Error('bug: nobody waits')
    const name = `Aa ${++this.#number}`
    // A port that no connection may have as its own end.
    const callPort = 2_000 + (this.#number % 15_000)
    this.#here.push({ name, client })
    this.#changes.make(`joined ${name}`)
    client.ask({ verb: 'register', name, callPort }).then((answer) => {
      if (!answer.ok) throw new Error(`not registered: ${answer.error}`)
    })
  }

  /** The one who has been here longest leaves. */
  leave(): void {
    const oldest = this.#here.shift()
    if (!oldest) throw new Error('bug: nobody is here')
    this.#changes.make(`left ${oldest.name}`)
    oldest.client.ask({ verb: 'quit' })
  }
}
