import type { Socket } from 'bun'
import { RegistryLost } from '../../client/registry-client.ts'
import type { Endpoint } from '../../endpoint.ts'
import type { OwnEnds } from '../../host/own-ends.ts'
import { parseIp } from '../../wire/address.ts'
import { Framer } from '../../wire/bytes/lines.ts'
import { Outbox } from '../../wire/bytes/outbox.ts'
import { formatProxyLine } from '../../wire/bytes/proxy-line.ts'
import { WireLog } from './wire-log.ts'

export type ConsoleParts = {
  /** Where the registry takes connections on behalf of a person. */
  behalf: Endpoint
  ownEnds?: Pick<OwnEnds, 'opened' | 'closed'> | undefined
  /** The address of the person's browser: the connection has its rights and its limits. */
  ip: string
  /** Called once, when the connection is gone. */
  closed: () => void
}

/** A reply may be a `list` of everybody; of what is longer the connection is closed. */
const maxReplyBytes = 1024 * 1024

/** Bytes that may wait for a registry that does not read, since it rests. */
const maxWaitingBytes = 128 * 1024

/**
 * A connection to the registry that a person types into. It adds nothing to what is typed, and what comes
 * is shown as it is.
 */
export class Console {
  readonly log = new WireLog()
  readonly #parts: ConsoleParts
  readonly #framer = new Framer(maxReplyBytes, 'lines')
  readonly #text = new TextDecoder()
  #socket: Socket | undefined
  #outbox = new Outbox({ write: () => -1 })
  /** What was typed since the last line ended. */
  #typed = ''
  /** A message went out without its ending: what comes is not cut at line endings either. */
  #bare = false
  #over = false

  /** Use `openConsole`. */
  constructor(parts: ConsoleParts) {
    this.#parts = parts
  }

  /** Connects. Rejects with the system's error where the registry is not there. */
  async connected(): Promise<void> {
    const { behalf, ownEnds, ip } = this.#parts
    let end: Endpoint | undefined
    this.#socket = await Bun.connect({
      hostname: behalf.ip,
      port: behalf.port,
      socket: {
        open: (socket) => {
          end = localOf(socket)
          ownEnds?.opened(end)
          this.#outbox = new Outbox(socket)
          // With our own port: the browser's is that of a connection to the page.
          this.#outbox.send(formatProxyLine({ ip, port: end.port }, behalf))
        },
        data: (_, chunk) => this.#read(chunk),
        drain: () => void this.#outbox.flush(),
        end: () => this.close(),
        close: () => {
          if (end) ownEnds?.closed(end)
          this.close()
        },
        error: () => this.close(),
        connectError: () => {},
      },
    })
    this.#socket.setNoDelay(true)
  }

  /** Sends what was typed, as it is: a line has its ending, a message of a first client has none. */
  type(text: string): void {
    if (this.#over) return
    this.#typed += text
    const lines = this.#typed.split('\n')
    this.#typed = lines.pop() ?? ''
    for (const line of lines) this.log.said(line.replace(/\r$/, ''))
    this.#outbox.send(text)
    if (this.#outbox.waiting > maxWaitingBytes) this.close()
  }

  /** Sends a whole message without an ending, as the first clients do. */
  typeBare(message: string): void {
    if (this.#over) return
    this.#bare = true
    // With what was typed before, and line by line, as the registry may read it: a secret is hidden.
    for (const line of (this.#typed + message).split('\n')) this.log.said(line)
    this.#typed = ''
    this.#outbox.send(message)
  }

  /** Ends the input, as `nc -N` does: the registry answers what it has, and closes. */
  endInput(): void {
    this.#socket?.shutdown()
  }

  /** Idempotent. */
  close(): void {
    if (this.#over) return
    this.#over = true
    this.#outbox.clear()
    this.#socket?.end()
    this.#parts.closed()
  }

  #read(chunk: Buffer): void {
    if (mayBeBare(this.#typed) && !chunk.includes('\n')) {
      // What was typed was taken for a first client's message, since no ending came.
      this.#bare = true
      this.log.said(this.#typed)
      this.#typed = ''
    }
    if (this.#bare) {
      const text = this.#text.decode(chunk, { stream: true })
      for (const line of text.split('\n')) if (line !== '') this.log.heard(line)
      return
    }
    this.#framer.push(chunk)
    for (let message = this.#framer.next(); message; message = this.#framer.next()) {
      if (message.kind === 'too-long') return this.close()
      this.log.heard(message.kind === 'text' ? message.text : '\ufffd')
    }
  }
}

/** Whether the registry may take it for a whole message of a first client (PROTOCOL.md, "The first clients"). */
const mayBeBare = (typed: string): boolean => typed.split(',').length === 4

/** Opens one. Rejects with `RegistryLost` where the registry is not there. */
export async function openConsole(parts: ConsoleParts): Promise<Console> {
  const console = new Console(parts)
  try {
    await console.connected()
  } catch (error) {
    throw new RegistryLost(String(error))
  }
  return console
}

function localOf({ localAddress, localPort }: Socket): Endpoint {
  const ip = parseIp(localAddress)
  return { ip: ip.ok ? ip.value : '', port: localPort }
}
