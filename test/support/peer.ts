import type { Socket } from 'bun'
import type { Endpoint } from '../../src/endpoint.ts'

/** How long a peer waits for what it was promised: long for a busy machine, short for a person. */
export const patienceMs = 15_000

const newline = 0x0a

/**
 * A socket as a test sees it: what it sends is written out as told, what it receives is kept until
 * it is asked for, and no wait lasts for ever.
 */
export class Peer {
  /** In failures. */
  readonly name: string
  readonly local: Endpoint
  readonly #socket: Socket
  readonly #inbox: Inbox

  constructor(name: string, socket: Socket, inbox: Inbox) {
    this.name = name
    this.#socket = socket
    this.#inbox = inbox
    this.local = { ip: socket.localAddress, port: socket.localPort }
  }

  /** Resolves once the kernel has taken all of it; rejects where the socket is closed by then. */
  async send(data: string | Uint8Array): Promise<void> {
    let rest: Uint8Array = typeof data === 'string' ? Buffer.from(data) : data
    while (rest.length > 0) {
      const taken = this.#socket.write(rest)
      if (taken < 0) throw new Error(`${this.name}: sent to a closed socket`)
      rest = rest.subarray(taken)
      if (rest.length > 0) await this.#inbox.changed(`${this.name}: nobody reads what is sent`)
    }
  }

  sendLine(text: string): Promise<void> {
    return this.send(`${text}\n`)
  }

  /** The next line, without its `\n`. */
  async line(): Promise<string> {
    const end = await this.#until('a line', (bytes) => bytes.indexOf(newline) + 1)
    return this.#inbox.take(end).toString().slice(0, -1)
  }

  /** Sends one line and waits for the next one back. */
  async ask(text: string): Promise<string> {
    await this.sendLine(text)
    return this.line()
  }

  async exactly(length: number): Promise<Buffer> {
    await this.#until(`${length} bytes`, (bytes) => (bytes.length >= length ? length : 0))
    return this.#inbox.take(length)
  }

  /** What one `recv` gives: whatever is there, at least a byte. */
  async receive(): Promise<string> {
    const length = await this.#until('something', (bytes) => bytes.length)
    return this.#inbox.take(length).toString()
  }

  /** Everything up to the end of what the other side sends; see `ending` for how it ended. */
  async rest(): Promise<string> {
    while (!this.#inbox.ending) await this.#changed('the end')
    return this.#inbox.take(this.#inbox.bytes.length).toString()
  }

  /** How the other side stopped sending, if it has: orderly, or by a reset. */
  get ending(): 'EOF' | 'RESET' | undefined {
    return this.#inbox.ending
  }

  /** What has arrived and was not asked for. */
  get unread(): string {
    return this.#inbox.bytes.toString()
  }

  /** Sends FIN, and goes on reading. */
  halfClose(): void {
    this.#socket.shutdown()
  }

  /** Closes both directions, orderly: a window that is closed without saying `quit`. */
  close(): void {
    this.#socket.end()
  }

  /** Closes at once, with RST. */
  reset(): void {
    this.#socket.terminate()
  }

  /** Stops reading, so that what the other side sends piles up. */
  pause(): void {
    this.#socket.pause()
  }

  resume(): void {
    this.#socket.resume()
  }

  [Symbol.dispose](): void {
    this.#socket.terminate()
  }

  async #until(what: string, enough: (bytes: Buffer) => number): Promise<number> {
    for (;;) {
      const length = enough(this.#inbox.bytes)
      if (length > 0) return length
      if (this.#inbox.ending) {
        throw new Error(
          `${this.name} waited for ${what} and got ${this.#inbox.ending} after ${quoted(this.unread)}`,
        )
      }
      await this.#changed(what)
    }
  }

  #changed(what: string): Promise<void> {
    const after = () => (this.unread === '' ? '' : ` after ${quoted(this.unread)}`)
    return this.#inbox.changed(() => `${this.name} waited for ${what} in vain${after()}`)
  }
}

/** What has arrived on one socket, and who waits for more. */
class Inbox {
  ending: 'EOF' | 'RESET' | undefined
  #chunks: Buffer[] = []
  #wake: (() => void)[] = []

  get bytes(): Buffer {
    if (this.#chunks.length > 1) this.#chunks = [Buffer.concat(this.#chunks)]
    return this.#chunks[0] ?? Buffer.alloc(0)
  }

  take(length: number): Buffer {
    const { bytes } = this
    this.#chunks = length < bytes.length ? [bytes.subarray(length)] : []
    return bytes.subarray(0, length)
  }

  arrived(chunk: Buffer): void {
    this.#chunks.push(chunk)
    this.wake()
  }

  ended(how: 'EOF' | 'RESET'): void {
    this.ending ??= how
    this.wake()
  }

  wake(): void {
    const wake = this.#wake
    this.#wake = []
    for (const each of wake) each()
  }

  async changed(inVain: string | (() => string)): Promise<void> {
    const { promise, resolve, reject } = Promise.withResolvers<void>()
    const timer = setTimeout(
      () => reject(new Error(typeof inVain === 'string' ? inVain : inVain())),
      patienceMs,
    )
    this.#wake.push(resolve)
    await promise.finally(() => clearTimeout(timer))
  }
}

const quoted = (text: string) => JSON.stringify(text.length > 200 ? `${text.slice(0, 200)}…` : text)

/** Dials `to`, from another of this machine's addresses (127.0.0.2, ::1, …) where one is given. */
export async function connectPeer(
  to: Endpoint,
  { name = 'peer', from }: { name?: string; from?: string } = {},
): Promise<Peer> {
  const inbox = new Inbox()
  // `localAddress` works, though Bun's types do not know it.
  const local = from === undefined ? {} : { localAddress: from }
  const socket = await Bun.connect({
    hostname: to.ip,
    port: to.port,
    allowHalfOpen: true,
    ...local,
    socket: {
      data: (_, chunk) => inbox.arrived(Buffer.from(chunk)),
      drain: () => inbox.wake(),
      end: () => inbox.ended('EOF'),
      close: (_, error) => inbox.ended(error ? 'RESET' : 'EOF'),
    },
  })
  socket.setNoDelay(true)
  return new Peer(name, socket, inbox)
}

/** The id of the call, in the reply to a request about one. */
export const idIn = (reply: string): string => reply.split(',')[1] ?? ''
