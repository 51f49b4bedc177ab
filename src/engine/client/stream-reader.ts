import type { Connection } from './connection.ts'
import { EngineUnavailable } from './engine-error.ts'

export type StreamEntry = { id: string; fields: Record<string, string> }

export type OnBatch = (stream: string, entries: StreamEntry[]) => void

type Reading = { ids: Map<string, string>; onBatch: OnBatch }

/** Shorter than the silence after which a connection counts as lost. */
const blockMs = 1000
const mostInBatch = 1000
/** How long until a wish to stop waiting is repeated: it has no effect if it overtakes the waiting. */
const unblockAgainMs = 20

/** Reads streams on a connection of its own, which is blocked meanwhile. */
export class StreamReader {
  readonly #connection: Connection
  readonly #commands: Connection
  /** The number of the blocked connection at the server, by which others can unblock it. */
  readonly #id: string
  #wanted: Reading | undefined
  #current: Reading | undefined
  #wake: () => void = () => {}
  #isOver = false

  private constructor(connection: Connection, commands: Connection, id: string) {
    this.#connection = connection
    this.#commands = commands
    this.#id = id
    connection.lost.then(() => {
      this.#isOver = true
      this.#wake()
    })
    this.#run().catch((error) => {
      // A reader that has stopped in silence would be worse than a connection that is made again.
      connection.end(new EngineUnavailable('reading has failed', false))
      throw error
    })
  }

  static async start(connection: Connection, commands: Connection): Promise<StreamReader> {
    const id = await connection.send('CLIENT', ['ID'], 1000)
    return new StreamReader(connection, commands, String(id))
  }

  /** From now on only these streams, each after the id given, until the connection ends. */
  read(streams: ReadonlyMap<string, string>, onBatch: OnBatch): void {
    this.#wanted = { ids: new Map(streams), onBatch }
    this.#wake()
    if (this.#current) this.#unblock()
  }

  async #unblock(): Promise<void> {
    const wanted = this.#wanted
    while (!this.#isOver && wanted === this.#wanted && wanted !== this.#current) {
      // Where that is not allowed, what was blocked ends by itself.
      await this.#commands.send('CLIENT', ['UNBLOCK', this.#id], 1000).catch(() => {})
      await Bun.sleep(unblockAgainMs)
    }
  }

  async #run(): Promise<void> {
    while (!this.#isOver) {
      this.#current = this.#wanted
      if (!this.#current || this.#current.ids.size === 0) await this.#newWish()
      else await this.#readOnce(this.#current)
    }
  }

  #newWish(): Promise<void> {
    return new Promise((resolve) => {
      this.#wake = resolve
    })
  }

  async #readOnce({ ids, onBatch }: Reading): Promise<void> {
    const reading = this.#current
    const options = ['COUNT', String(mostInBatch), 'BLOCK', String(blockMs)]
    const words = [...options, 'STREAMS', ...ids.keys(), ...ids.values()]
    let reply: Record<string, [string, string[]][]> | null
    try {
      reply = (await this.#connection.send('XREAD', words)) as typeof reply
    } catch (error) {
      // Also where the server refuses to read: whoever wants these streams then begins anew.
      return this.#connection.end(error as EngineUnavailable)
    }
    for (const [stream, found] of Object.entries(reply ?? {})) {
      if (reading !== this.#wanted || this.#isOver) return
      const entries = found.map(([id, words]) => ({ id, fields: fieldsOf(words) }))
      ids.set(stream, entries.at(-1)?.id ?? '')
      onBatch(stream, entries)
    }
  }
}

/** Fields and values in turn; of a field that is there twice, the last. */
function fieldsOf(words: string[]): Record<string, string> {
  const fields: Record<string, string> = Object.create(null)
  for (let at = 0; at < words.length; at += 2) fields[words[at] ?? ''] = words[at + 1] ?? ''
  return fields
}
