import { isIPv6 } from 'node:net'
import { RedisClient } from 'bun'
import { type EngineNode, showNode } from '../../config/engine-url.ts'
import type { Access } from './access.ts'
import { type EngineFault, EngineUnavailable, faultOfAnswer } from './engine-error.ts'
import { whyRefused } from './refusal.ts'

export type Word = string | Uint8Array

type Waiting = { until: number; reject: (fault: EngineFault) => void }

const openingMs = 2000

/**
 * All time limits are counted in ticks of a timer, not by a clock: a process that was stopped for a
 * while then hears what has arrived meanwhile before it gives up on it.
 */
const tickMs = 100
/** After so much silence the server is asked for a sign of life … */
const pingTicks = 12
/** … and after so much, within 3 s of its last byte, it is given up. */
const silenceTicks = 28

/**
 * One connection to one server, of which it notices the end also where nothing arrives any more.
 * It never comes back by itself.
 */
export class Connection {
  /** Resolves when the connection has ended, with the reason. */
  readonly lost: Promise<EngineFault>
  readonly #setLost: (why: EngineFault) => void
  readonly #client: RedisClient
  readonly #shown: string
  readonly #waiting = new Set<Waiting>()
  readonly #timer: ReturnType<typeof setInterval>
  #ticks = 0
  #heardAt = 0
  #heard = false
  #ended = false

  /** Rejects with the reason why it could not be opened, after 3 s at most. */
  static async open(node: EngineNode, access: Access): Promise<Connection> {
    const client = new RedisClient(urlOf(node, access), {
      connectionTimeout: openingMs,
      // What is to be done when the engine is away, and when it is back, is not for the client to decide.
      autoReconnect: false,
      enableOfflineQueue: false,
      ...(access.tls ? { tls: access.tls.ca === undefined ? true : { ca: access.tls.ca } } : {}),
    })
    try {
      await client.connect()
    } catch {
      client.close()
      throw await whyRefused(node, access)
    }
    return new Connection(client, showNode(node))
  }

  private constructor(client: RedisClient, shown: string) {
    const { promise, resolve } = Promise.withResolvers<EngineFault>()
    this.lost = promise
    this.#setLost = resolve
    this.#client = client
    this.#shown = shown
    client.onclose = () => this.end(this.#away('has closed the connection'))
    this.#timer = setInterval(() => this.#tick(), tickMs)
  }

  /**
   * Sends one command; many may be under way at once, and are executed in this order.
   * Rejects with `EngineUnavailable` after `withinMs` and when the connection ends.
   */
  send(
    name: string,
    words: readonly Word[],
    withinMs = Number.POSITIVE_INFINITY,
    whereScriptIsUnknown?: () => Promise<unknown>,
  ): Promise<unknown> {
    if (this.#ended) return Promise.reject(this.#away('is away'))
    return new Promise((resolve, reject) => {
      const waiting = { until: this.#ticks + 1 + withinMs / tickMs, reject }
      this.#waiting.add(waiting)
      // Bun sends bytes as they are, though its types know strings alone.
      this.#client.send(name, words as string[]).then(
        (reply) => {
          this.#heard = true
          this.#waiting.delete(waiting)
          resolve(reply)
        },
        (error: { code?: string; message: string }) => {
          this.#waiting.delete(waiting)
          const fault = this.#faultOf(error)
          if (fault.code === 'NOSCRIPT' && whereScriptIsUnknown) resolve(whereScriptIsUnknown())
          else reject(fault)
        },
      )
    })
  }

  /** Ends it, for that reason. What still waits for an answer is told. */
  end(why: EngineFault): void {
    if (this.#ended) return
    this.#ended = true
    clearInterval(this.#timer)
    for (const { reject } of this.#waiting)
      reject(new EngineUnavailable(why.message, true, why.code))
    this.#waiting.clear()
    this.#client.close()
    this.#setLost(why)
  }

  #faultOf({ code, message }: { code?: string; message: string }): EngineFault {
    if (code !== 'ERR_REDIS_SERVER_ERROR') return this.#away('has closed the connection', true)
    this.#heard = true
    const fault = faultOfAnswer(message)
    // This server is a replica now. Another one is the master, or will be.
    if (fault.code === 'READONLY') this.end(fault)
    return fault
  }

  #tick(): void {
    this.#ticks += 1
    if (this.#heard) {
      this.#heard = false
      this.#heardAt = this.#ticks
    }
    const silent = this.#ticks - this.#heardAt
    if (silent >= silenceTicks) return this.end(this.#away('says nothing', true, 'ETIMEDOUT'))
    if (silent > 0 && silent % pingTicks === 0) this.send('PING', []).catch(() => {})
    for (const waiting of this.#waiting) {
      if (waiting.until > this.#ticks) continue
      this.#waiting.delete(waiting)
      waiting.reject(this.#away('has not answered in time', true, 'ETIMEDOUT'))
    }
  }

  #away(why: string, mayHaveRun = false, code?: string): EngineUnavailable {
    return new EngineUnavailable(`${this.#shown}: ${why}`, mayHaveRun, code)
  }
}

/** The address as Bun reads it. The number of a database is not in it: that is chosen by a command. */
function urlOf(node: EngineNode, { username = '', password, tls }: Access): string {
  const credentials =
    password === undefined ? '' : `${encodeURIComponent(username)}:${encodeURIComponent(password)}@`
  // With credentials Bun wants a host before the path.
  if ('path' in node) return `redis+unix://${credentials}${credentials && 'localhost'}${node.path}`
  const host = isIPv6(node.host) ? `[${node.host}]` : node.host
  return `${tls ? 'rediss' : 'redis'}://${credentials}${host}:${node.port}`
}
