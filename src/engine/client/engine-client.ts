import { readFileSync } from 'node:fs'
import type { EngineConfig } from '../../config/engine-config.ts'
import { type EngineNode, showNode } from '../../config/engine-url.ts'
import type { Access } from './access.ts'
import type { Word } from './connection.ts'
import { EngineError, type EngineFault, EngineUnavailable } from './engine-error.ts'
import type { Script } from './script.ts'
import { Sentinels } from './sentinels.ts'
import { connectTo, type Server } from './server.ts'
import type { OnBatch } from './stream-reader.ts'

const defaultTimeoutMs = 1000
const shortestPauseMs = 100
/** Shorter than the time that all nodes have to come back to an engine that has lost its memory. */
const longestPauseMs = 1000
/** How often the Sentinels are asked whether the master is still the one in use. */
const lookMs = 1000

export type EngineClientOptions = Pick<EngineConfig, 'url' | 'caPath' | 'nodeName' | 'waits'> & {
  /** Those that `run` is given. They are loaded whenever a connection begins. */
  scripts: readonly Script[]
  /** Milliseconds that one command may take; 1000 if it is not said. */
  timeoutMs?: number
  /** Called for each attempt to connect that fails, which is about every second where the engine is away. */
  onFailure?: (why: EngineFault) => void
}

/**
 * The engine, as long as this process lives: one connection for commands and one that reads streams.
 * Both are always to the same server, and if one ends, both do. They are made again for ever.
 */
export class EngineClient {
  readonly #options: EngineClientOptions
  readonly #timeoutMs: number
  readonly #sentinels: Sentinels | undefined
  readonly #upListeners: (() => void)[] = []
  readonly #downListeners: ((why: EngineFault) => void)[] = []
  #up: Server | undefined
  #isStopped = false
  #wake: () => void = () => {}

  /**
   * Connects. Rejects with `EngineError` if the engine refuses us, with `EngineUnavailable` if it cannot
   * be reached and we are not to wait for it.
   */
  static async start(options: EngineClientOptions): Promise<EngineClient> {
    const client = new EngineClient(options)
    for (let failures = 0; ; failures += 1) {
      try {
        client.#up = await client.#connect()
        break
      } catch (error) {
        if (!options.waits || !(error instanceof EngineUnavailable)) {
          client.#sentinels?.stop()
          throw error
        }
        options.onFailure?.(error)
        await client.#pause(failures)
      }
    }
    client.#run(client.#up)
    return client
  }

  private constructor(options: EngineClientOptions) {
    this.#options = options
    this.#timeoutMs = options.timeoutMs ?? defaultTimeoutMs
    const { at } = options.url
    this.#sentinels = 'sentinels' in at ? new Sentinels(at, this.#access()) : undefined
  }

  /** Whether both connections are ready. */
  get up(): boolean {
    return this.#up !== undefined
  }

  /** The server in use, for messages: host and port, or a path, and nothing secret. */
  get server(): string | undefined {
    return this.#up?.shown
  }

  /**
   * Both connections are ready again, perhaps to a server that knows less than the one before. Nothing is
   * read until `read` is called again. Not called for the connections that the client starts with.
   */
  onUp(listener: () => void): void {
    this.#upListeners.push(listener)
  }

  /** The engine is away. Called once for each time that it was up. */
  onDown(listener: (why: EngineFault) => void): void {
    this.#downListeners.push(listener)
  }

  /**
   * Runs a script. Scripts and commands begin in the order of the calls, and many may be under way.
   * Rejects with `EngineUnavailable` where the engine is away, not ready, or silent for `timeoutMs`; with
   * `EngineError` for an error of the script.
   */
  run(script: Script, keys: readonly string[], args: readonly Word[] = []): Promise<unknown> {
    const commands = this.#up?.commands
    if (!commands) return Promise.reject(away())
    const words = [script.sha, String(keys.length), ...keys, ...args]
    return commands.send('EVALSHA', words, this.#timeoutMs, () => {
      // Somebody has emptied the server's store of scripts. This puts it there again.
      return commands.send('EVAL', [script.source, ...words.slice(1)], this.#timeoutMs)
    })
  }

  /** Any other command that does not block. Rejects like `run`. */
  command(name: string, ...words: Word[]): Promise<unknown> {
    return this.#up?.commands.send(name, words, this.#timeoutMs) ?? Promise.reject(away())
  }

  /**
   * Reads streams, each after the id that is given, in place of what was read before. The entries of one
   * stream come in order, at most 1000 at once. Ends when the engine is lost: what is to be
   * read afterwards depends on what the server then knows. Does nothing while the engine is away.
   */
  read(streams: ReadonlyMap<string, string>, onBatch: OnBatch): void {
    this.#up?.reader.read(streams, onBatch)
  }

  /** Closes both connections. What is under way is rejected; `onDown` is not called. */
  stop(): void {
    this.#isStopped = true
    this.#wake()
    this.#up?.end(new EngineUnavailable('stopped', false))
    this.#up = undefined
  }

  async #run(first: Server): Promise<void> {
    let now = first
    while (!this.#isStopped) {
      const looking = this.#follow(now)
      const why = await now.lost
      clearInterval(looking)
      this.#up = undefined
      if (this.#isStopped) break
      tell(this.#downListeners, why)
      const next = await this.#reconnect()
      if (!next) break
      now = next
      this.#up = next
      tell(this.#upListeners)
    }
    this.#sentinels?.stop()
  }

  async #reconnect(): Promise<Server | undefined> {
    for (let failures = 0; !this.#isStopped; failures += 1) {
      await this.#pause(failures)
      if (this.#isStopped) break
      try {
        const up = await this.#connect()
        if (!this.#isStopped) return up
        up.end(away())
      } catch (error) {
        this.#options.onFailure?.(error as EngineFault)
      }
    }
    return undefined
  }

  /** All nodes lose a server at once. They are not to come back all at once. */
  #pause(failures: number): Promise<void> {
    const ms = Math.min(longestPauseMs, shortestPauseMs * 2 ** Math.min(failures, 10))
    return new Promise((resolve) => {
      const timer = setTimeout(resolve, ms * (0.5 + Math.random() / 2))
      this.#wake = () => {
        clearTimeout(timer)
        resolve()
      }
    })
  }

  async #connect(): Promise<Server> {
    const { url, scripts, nodeName } = this.#options
    const node = this.#sentinels ? await this.#sentinels.master() : (url.at as EngineNode)
    const clientName = `encontro:${nodeName}`
    return await connectTo(node, { access: this.#access(), db: url.db, clientName, scripts })
  }

  /** The file is read each time: its certificates may have been renewed. */
  #access(): Access {
    const { url, caPath } = this.#options
    const { username, password } = url
    if (!url.tls) return { username, password, tls: undefined }
    try {
      const ca = caPath === undefined ? undefined : readFileSync(caPath, 'utf8')
      return { username, password, tls: { ca } }
    } catch (error) {
      throw new EngineError(`ENGINE_CA: ${(error as Error).message}`, 'ERR')
    }
  }

  /** A master that was cut off from the rest may still answer us, and lose all that it takes. */
  #follow({ node, shown, end }: Server): ReturnType<typeof setInterval> | undefined {
    const sentinels = this.#sentinels
    if (!sentinels) return undefined
    return setInterval(async () => {
      const master = await sentinels.master().catch(() => undefined)
      if (!master || showNode(master) === showNode(node)) return
      end(
        new EngineUnavailable(`${shown}: ${showNode(master)} is the master now`, true, 'READONLY'),
      )
    }, lookMs)
  }
}

/** A listener that fails is a bug of its own, and ends nothing here. */
function tell<T extends unknown[]>(
  listeners: readonly ((...about: T) => void)[],
  ...about: T
): void {
  for (const listener of listeners) {
    try {
      listener(...about)
    } catch (error) {
      Promise.reject(error)
    }
  }
}

const away = () => new EngineUnavailable('the engine is away', false)
