import type { Redis } from '../redis.ts'
import type { Cables } from './cables.ts'
import type { Cluster } from './cluster.ts'

export type Fault = { name: string; run: () => Promise<void> }

export type NemesisParts = {
  cluster: Cluster
  redis: Redis
  /** Without them no node is cut off. */
  cables?: Cables | undefined
}

const second = 1_000

/** All that may go wrong, each for so long. `index` says at which node. */
export class Nemesis {
  readonly #parts: NemesisParts

  constructor(parts: NemesisParts) {
    this.#parts = parts
  }

  killNode = (index: number): Fault =>
    this.#at(index, 'a node is killed, and another comes in its place', async () => {
      const node = this.#node(index)
      await node.kill()
      await Bun.sleep(second / 2)
      await node.start()
    })

  /** It says goodbye to its clients, and comes back. */
  restartNode = (index: number): Fault =>
    this.#at(index, 'a node is stopped in good order, and starts again', async () => {
      const node = this.#node(index)
      await node.kill('SIGTERM')
      await node.start()
    })

  pauseNode = (index: number, seconds: number): Fault =>
    this.#at(index, `a node stands still for ${seconds} s`, async () => {
      const node = this.#node(index)
      node.signal('SIGSTOP')
      await Bun.sleep(seconds * second)
      node.signal('SIGCONT')
    })

  cutNode = (index: number, seconds: number): Fault =>
    this.#cut(index, `a node is cut off for ${seconds} s`, seconds, 'unplug')

  deafenNode = (index: number, seconds: number): Fault =>
    this.#cut(index, `a node hears no answer for ${seconds} s`, seconds, 'deafen')

  killEngine = (seconds: number): Fault =>
    this.#of(`the engine is killed, and back empty after ${seconds} s`, async () => {
      const { redis } = this.#parts
      await redis.kill()
      await Bun.sleep(seconds * second)
      await redis.start()
    })

  pauseEngine = (seconds: number): Fault =>
    this.#of(`the engine stands still for ${seconds} s`, async () => {
      const { redis } = this.#parts
      redis.signal('SIGSTOP')
      await Bun.sleep(seconds * second)
      redis.signal('SIGCONT')
    })

  flush = (): Fault =>
    this.#of('the engine forgets everything', async () => {
      await this.#parts.redis.cli('FLUSHALL')
      await Bun.sleep(second)
    })

  /** Behind the readers' backs. One that stands still misses what is cut off. */
  trim = (index: number): Fault =>
    this.#at(index, 'the log is cut behind the back of a node', async () => {
      const { redis } = this.#parts
      const node = this.#node(index)
      node.signal('SIGSTOP')
      await Bun.sleep(second)
      const log = (await redis.cli('KEYS', '*log:*')).split('\n')[0] ?? ''
      await redis.cli('XTRIM', log, 'MAXLEN', '0')
      node.signal('SIGCONT')
    })

  /** The log goes on without some of its entries. */
  tear = (): Fault =>
    this.#of('numbers of the log are left out', async () => {
      const { redis } = this.#parts
      const state = (await redis.cli('KEYS', '*}:state')).split('\n')[0] ?? ''
      await redis.cli('HINCRBY', state, 'rev', '3')
      await Bun.sleep(second)
    })

  sleepEngine = (seconds: number): Fault =>
    this.#of(`the engine is busy for ${seconds} s`, async () => {
      await this.#parts.redis.cli('DEBUG', 'SLEEP', String(seconds))
    })

  #cut(index: number, name: string, seconds: number, how: 'unplug' | 'deafen'): Fault {
    return this.#at(index, name, async () => {
      const { cables } = this.#parts
      await cables?.[how](index)
      await Bun.sleep(seconds * second)
      await cables?.mend(index)
    })
  }

  #node(index: number) {
    const node = this.#parts.cluster.nodes[index]
    if (!node) throw new Error(`there is no node ${index}`)
    return node
  }

  /** Nobody whom that node has granted anything is sure of it meanwhile. */
  #at(index: number, name: string, run: () => Promise<void>): Fault {
    return this.#of(name, async () => {
      this.#parts.cluster.suspend(index)
      await run()
    })
  }

  #of(name: string, run: () => Promise<void>): Fault {
    return { name, run: () => this.#parts.cluster.suffer(name, run) }
  }
}
