import type { Socket } from 'bun'
import type { Endpoint } from '../endpoint.ts'
import type { OwnEnds } from '../host/own-ends.ts'
import { ok, type Result } from '../result.ts'
import { parseIp } from '../wire/address.ts'
import { Framer } from '../wire/bytes/lines.ts'
import { Outbox } from '../wire/bytes/outbox.ts'
import { formatRequest } from '../wire/format-request.ts'
import type { Push, RefusalCode, Reply, Request } from '../wire/message.ts'
import { parsePush, pushMark } from '../wire/push.ts'
import { parseReply } from '../wire/reply.ts'

/** The connection to the registry is gone, or never came to be; `message` says why. */
export class RegistryLost extends Error {
  override readonly name = 'RegistryLost'
}

/** For a last word that nobody waits for: a connection that is lost by then is no bug. */
export function ignoreLost(error: unknown): undefined {
  if (!(error instanceof RegistryLost)) throw error
}

export type ClientParts = {
  hostname: string
  port: number
  /** Told which end of the connection is ours, from its opening to its closing. */
  ends?: Pick<OwnEnds, 'opened' | 'closed'>
  /** What is said before everything else: on whose behalf the connection is made. */
  preamble?: (local: Endpoint) => string
  /** How long connecting may take. */
  connectTimeoutMs?: number
  /** How long one answer may take; the connection is given up after it. */
  replyTimeoutMs?: number
  /** Every line that the registry sends unasked, in order. */
  onPush?: (push: Push) => void
  /** Sees every line that goes either way, without its ending: also a secret that is said. */
  tap?: Tap
  /** Called once, when a connection that was made is gone and `close` was not what ended it. */
  onLost?: (why: RegistryLost) => void
}

export type Tap = { said(line: string): void; heard(line: string): void }

type Asked = Exclude<Request, { verb: 'help' }>
export type Answer = Result<Reply, RefusalCode>
type Pending = {
  verb: Asked['verb']
  heard: ((answer: Answer) => void) | undefined
  resolve: (answer: Answer) => void
  reject: (why: unknown) => void
}

/**
 * Replies may be long (a `list` names everybody); this only bounds what a broken or hostile
 * registry can make us hold.
 */
const maxReplyBytes = 16 * 1024 * 1024

/** Connects; rejects with `RegistryLost` where nobody answers within `connectTimeoutMs`. */
export async function connectRegistry(parts: ClientParts): Promise<RegistryClient> {
  const client = new RegistryClient(parts)
  await client.connected(parts.connectTimeoutMs ?? 5_000)
  return client
}

/**
 * A conversation with the registry as promises. Requests may be made without waiting: they are
 * answered in order. A request rejects with `RegistryLost` when the connection drops before its
 * answer, or no answer comes within `replyTimeoutMs` (10 s); refusals are values.
 */
export class RegistryClient {
  readonly #parts: ClientParts
  readonly #framer = new Framer(maxReplyBytes, 'lines')
  readonly #pending: Pending[] = []
  #socket: Socket | undefined
  #outbox = new Outbox({ write: () => -1 })
  #over: RegistryLost | undefined
  #replyTimer: Timer | undefined

  /** Use `connectRegistry`. */
  constructor(parts: ClientParts) {
    this.#parts = parts
  }

  /** Our own end of the connection. */
  get local(): Endpoint {
    return this.#socket ? localOf(this.#socket) : { ip: '', port: 0 }
  }

  async connected(timeoutMs: number): Promise<void> {
    const { hostname, port } = this.#parts
    const late = Promise.withResolvers<never>()
    const timer = setTimeout(
      () => late.reject(new RegistryLost('no connection in time')),
      timeoutMs,
    )
    let end: Endpoint | undefined
    const connecting = Bun.connect({
      hostname,
      port,
      socket: {
        open: (socket) => {
          end = localOf(socket)
          this.#parts.ends?.opened(end)
          // Given up in the meantime: nobody would ever close it.
          if (this.#over) socket.terminate()
        },
        data: (_, chunk) => this.#read(chunk),
        drain: () => void this.#outbox.flush(),
        end: () => this.#lose('the registry closed the connection'),
        close: () => {
          if (end) this.#parts.ends?.closed(end)
          this.#lose('the connection was closed')
        },
        error: (_, error) => this.#lose(error.message),
        connectError: () => {},
      },
    })
    try {
      const socket = await Promise.race([connecting, late.promise])
      this.#socket = socket
      this.#outbox = new Outbox(socket)
      const { preamble } = this.#parts
      if (preamble) this.#outbox.send(preamble(this.local))
      socket.setNoDelay(true)
      socket.setKeepAlive(true, 30_000)
    } catch (error) {
      connecting.catch(() => {})
      this.#over = error instanceof RegistryLost ? error : new RegistryLost(String(error))
      throw this.#over
    } finally {
      clearTimeout(timer)
    }
  }

  /**
   * Makes one request. Refuses with the registry's code, or with `malformed-request` for what the
   * wire cannot carry: such a request is never sent. For `watch` the answer is `watching` once the
   * opening state begins to arrive.
   *
   * `heard` is called with the answer as it is read: before any push that the registry sent after it,
   * and after all that it sent before. A promise alone is told only once all of that has been read.
   */
  ask(request: Asked, heard?: (answer: Answer) => void): Promise<Answer> {
    const line = formatRequest(request)
    if (!line.ok) return Promise.resolve(line)
    if (this.#over) return Promise.reject(this.#over)
    return new Promise((resolve, reject) => {
      this.#pending.push({ verb: request.verb, heard, resolve, reject })
      if (this.#pending.length === 1) this.#startReplyTimer()
      this.#outbox.send(`${line.value}\n`)
      this.#parts.tap?.said(line.value)
    })
  }

  /** Closes without a word; `ask({ verb: 'quit' })` is the polite way. Idempotent. */
  close(): void {
    this.#end(new RegistryLost('closed by this end'))
  }

  #read(chunk: Buffer): void {
    this.#framer.push(chunk)
    for (let message = this.#framer.next(); message; message = this.#framer.next()) {
      if (message.kind !== 'text') return this.#lose('the registry sent an unreadable line')
      this.#parts.tap?.heard(message.text)
      if (message.text.startsWith(pushMark)) this.#takePush(message.text)
      else this.#takeReply(message.text)
      if (this.#over) return
    }
  }

  #takePush(line: string): void {
    // Only these begin an opening state; a change may come before the refusal of a second `watch`.
    if (this.#pending[0]?.verb === 'watch' && /^\*(here|synced),/.test(line)) {
      this.#settle(ok({ kind: 'watching' }))
    }
    const push = parsePush(line)
    if (!push) return
    this.#parts.onPush?.(push)
    if (push.kind === 'bye') this.#lose(push.text)
  }

  #takeReply(line: string): void {
    const verb = this.#pending[0]?.verb
    // A refusal of the whole connection may come before anything was asked.
    if (!verb) return this.#lose(`unasked: ${line}`)
    const answer = parseReply(verb === 'watch' ? 'ping' : verb, line)
    if (!answer.ok) return this.#lose(`not an answer to ${verb}: ${line}`)
    if (answer.value.ok && answer.value.value.kind === 'bye') this.#endAfterBye(answer.value)
    else this.#settle(answer.value)
  }

  #endAfterBye(answer: Answer): void {
    this.#settle(answer)
    this.close()
  }

  #settle(answer: Answer): void {
    const pending = this.#pending.shift()
    this.#startReplyTimer()
    if (!pending) return
    try {
      pending.heard?.(answer)
      pending.resolve(answer)
    } catch (error) {
      // A bug of the asking code is not to keep others from their answers.
      pending.reject(error)
    }
  }

  #startReplyTimer(): void {
    clearTimeout(this.#replyTimer)
    if (this.#pending.length === 0) return
    const limit = this.#parts.replyTimeoutMs ?? 10_000
    this.#replyTimer = setTimeout(() => this.#lose('no answer in time'), limit)
  }

  #lose(why: string): void {
    if (this.#over) return
    const lost = new RegistryLost(why)
    this.#end(lost)
    this.#parts.onLost?.(lost)
  }

  #end(why: RegistryLost): void {
    if (this.#over) return
    this.#over = why
    clearTimeout(this.#replyTimer)
    this.#outbox.clear()
    this.#socket?.end()
    for (const { reject } of this.#pending.splice(0)) reject(why)
  }
}

function localOf({ localAddress, localPort }: Socket): Endpoint {
  const ip = parseIp(localAddress)
  return { ip: ip.ok ? ip.value : '', port: localPort }
}
