import { Client } from './client.ts'
import { History } from './history.ts'
import type { ClusterNode } from './nodes.ts'
import { Random } from './random.ts'
import { Watcher } from './watcher.ts'

/** All must know the same so long after the last fault, and the end of what was under way. */
const settleMs = 8_000

/** People at several nodes, what they do, and what must be true of what they were told. */
export class Cluster {
  readonly nodes: readonly ClusterNode[]
  readonly history = new History()
  readonly random: Random
  readonly #clients: Client[]
  readonly #running: Promise<void>[]
  readonly #watchers: (Watcher | undefined)[]
  #frozen = false
  #stopped = false

  constructor(nodes: readonly ClusterNode[], seed: number, people: number) {
    this.nodes = nodes
    this.random = new Random(seed)
    this.#watchers = nodes.map(() => undefined)
    this.#clients = Array.from({ length: people }, (_, index) => {
      return new Client(`c${index}`, {
        nodes,
        history: this.history,
        random: new Random(seed * 1000 + index),
        frozen: () => this.#frozen,
        stopped: () => this.#stopped,
        somebody: () => this.random.of(this.history.held),
      })
    })
    this.#running = this.#clients.map((client) => client.run())
  }

  /** A fault begins for that node: what it has granted is not certain any more. */
  suspend(node: number): void {
    this.history.suspend(node)
  }

  /** Something is wrong for as long as `fault` takes. */
  async suffer(what: string, fault: () => Promise<void>): Promise<void> {
    this.history.faultBegins(what)
    try {
      await fault()
    } finally {
      this.history.faultEnds()
    }
  }

  /** Stops everybody, and compares what all know. Gives the milliseconds until they knew the same. */
  async settle(withinMs = settleMs): Promise<number> {
    this.#frozen = true
    await this.#rewatch()
    const begin = performance.now()
    let differs: string[] = ['not compared']
    while (performance.now() - begin < withinMs) {
      await Bun.sleep(100)
      if (this.#clients.some(({ asks }) => asks)) differs = ['somebody has no answer yet']
      else differs = await this.#differences()
      if (differs.length === 0) break
    }
    const took = performance.now() - begin
    for (const each of differs) this.history.violated(each)
    for (const watcher of this.#watchers) {
      for (const each of watcher?.wrong.splice(0) ?? []) this.history.violated(`a watcher: ${each}`)
    }
    this.history.settled()
    await this.#rewatch()
    this.#frozen = false
    return took
  }

  async stop(): Promise<void> {
    this.#stopped = true
    await Promise.all(this.#running)
    for (const watcher of this.#watchers) watcher?.close()
  }

  /** A watcher at each node, from now on where there was none. */
  async #rewatch(): Promise<void> {
    for (const [index, node] of this.nodes.entries()) {
      const watcher = this.#watchers[index]
      if (watcher && !watcher.over) continue
      this.#watchers[index] = await Watcher.dial(node.port).catch(() => undefined)
    }
  }

  async #differences(): Promise<string[]> {
    const fresh: Watcher[] = []
    try {
      // What has been lost is known only when a node decides again.
      for (const [index, { httpPort }] of this.nodes.entries()) {
        const { status } = await fetch(`http://127.0.0.1:${httpPort}/healthz`)
        if (status !== 200) return [`node ${index} does not decide`]
      }
      for (const { port } of this.nodes) fresh.push(await Watcher.dial(port))
      for (const [index, watcher] of fresh.entries()) {
        if (!(await watcher.opened())) return [`node ${index} does not tell what it knows`]
      }
      return [...this.#compare(fresh), ...this.#compareCalls(fresh), ...(await this.#lists(fresh))]
    } catch (error) {
      return [`a node is not there: ${error}`]
    } finally {
      for (const each of fresh) each.close()
    }
  }

  *#compare(fresh: Watcher[]): Generator<string> {
    const [first] = fresh
    if (!first) return
    const order = (watcher: Watcher) => [...watcher.people.values()].join('\n')
    for (const [index, each] of fresh.entries()) {
      if (order(each) !== order(first))
        yield `node ${index} and node 0 differ:\n${order(each)}\n—\n${order(first)}`
      if (JSON.stringify(each.known) !== JSON.stringify(first.known)) {
        yield `node ${index} and node 0 show other calls: ${JSON.stringify([each.known, first.known])}`
      }
      const watcher = this.#watchers[index]
      if (watcher && JSON.stringify(watcher.known) !== JSON.stringify(each.known)) {
        yield `who has watched node ${index} knows other things: ${JSON.stringify([watcher.known, each.known])}`
      }
    }
    const keys = this.history.held.map(({ name, ip }) => `${name},${ip}`)
    const held = new Set(keys)
    if (held.size < keys.length) yield `two have the same place: ${keys.sort().join(' ')}`
    const lost = [...held].filter((key) => !first.people.has(key))
    const ghosts = [...first.people.keys()].filter((key) => !held.has(key))
    if (lost.length > 0) yield `have registered and are not there: ${lost.join(' ')}`
    if (ghosts.length > 0) yield `are there, and nobody has registered: ${ghosts.join(' ')}`
  }

  /** Of each call both ends know the same, and whoever has none is not busy. */
  *#compareCalls([first]: Watcher[]): Generator<string> {
    const ends = new Map<string, string[]>()
    const inCall = new Set<string>()
    for (const { call, holding, isRegistered } of this.#clients) {
      if (!call || !holding || !isRegistered) continue
      ends.set(call.id, [...(ends.get(call.id) ?? []), call.state].sort())
      inCall.add(`${holding.name},${holding.ip}`)
    }
    for (const [id, states] of ends) {
      if (!['calling rung', 'talking talking'].includes(states.join(' '))) {
        yield `the ends of ${id} are ${states.join(' ')}`
      }
    }
    const busy = first?.known.busy ?? []
    const believed = [...inCall].sort()
    if (busy.join(' ') !== believed.join(' ')) {
      yield `busy are ${busy.join(' ')}, and in a call are ${believed.join(' ')}`
    }
  }

  /** Everybody is told the same list. */
  async #lists([first]: Watcher[]): Promise<string[]> {
    const names = [...(first?.people.keys() ?? [])].map((key) => key.split(',')[0]).join(',')
    const here = this.#clients.filter(({ isRegistered }) => isRegistered)
    const lists = await Promise.all(here.map((client) => client.list()))
    const other = lists.filter((list) => list !== undefined && list !== names)
    return other.length > 0 ? [`lists are ${names} and ${other[0]}`] : []
  }
}
