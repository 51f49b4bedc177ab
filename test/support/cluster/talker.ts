import type { Socket } from 'bun'

/** One connection to a registry, in lines: each request has its reply, and pushes come in between. */
export class Talker {
  readonly #socket: Socket
  readonly #asked: ((reply: string | undefined) => void)[] = []
  #text = ''
  #over = false
  #rests = false
  #closed = false
  onPush: (line: string) => void = () => {}
  onEnd: () => void = () => {}

  /** Rejects where nobody answers within `withinMs`. */
  static async dial(port: number, from: string, withinMs = 3_000): Promise<Talker> {
    let talker: Talker | undefined
    let early = ''
    const dialling = Bun.connect({
      hostname: '127.0.0.1',
      port,
      // It works, though Bun's types do not know it.
      ...{ localAddress: from },
      socket: {
        data(_, chunk) {
          if (talker) talker.#take(chunk.toString())
          else early += chunk.toString()
        },
        close: () => {
          if (talker) talker.#end()
        },
      },
    })
    const late = Bun.sleep(withinMs).then(() => undefined)
    const socket = await Promise.race([dialling, late])
    if (!socket) {
      dialling.then((socket) => socket.terminate()).catch(() => {})
      throw new Error('nobody answers')
    }
    socket.setNoDelay(true)
    talker = new Talker(socket)
    talker.#take(early)
    return talker
  }

  private constructor(socket: Socket) {
    this.#socket = socket
  }

  get over(): boolean {
    return this.#over
  }

  /** Resolves with the reply, or with nothing where the connection ends without one. */
  ask(line: string): Promise<string | undefined> {
    if (this.#over) return Promise.resolve(undefined)
    this.#socket.write(`${line}\n`)
    return new Promise((resolve) => this.#asked.push(resolve))
  }

  /** Sends a line for which only pushes come. */
  say(line: string): void {
    this.#socket.write(`${line}\n`)
  }

  close(): void {
    this.#closed = true
    this.#socket.terminate()
    this.#end()
  }

  #take(text: string): void {
    this.#text += text
    if (!this.#rests) this.#read()
  }

  /** Whoever waits for a reply hears it before the pushes that come after it. */
  #read(): void {
    this.#rests = false
    // Whoever has closed it hears nothing more.
    if (this.#closed) return
    for (let end = this.#text.indexOf('\n'); end >= 0; end = this.#text.indexOf('\n')) {
      const line = this.#text.slice(0, end)
      this.#text = this.#text.slice(end + 1)
      if (line.startsWith('*')) this.onPush(line)
      else {
        this.#asked.shift()?.(line)
        this.#rests = true
        setImmediate(() => this.#read())
        return
      }
    }
  }

  #end(): void {
    if (this.#over) return
    this.#over = true
    for (const resolve of this.#asked.splice(0)) resolve(undefined)
    this.onEnd()
  }
}
