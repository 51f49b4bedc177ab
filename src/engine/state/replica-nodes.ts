import type { Endpoint } from '../../endpoint.ts'
import type { ReplicaState } from './replica-state.ts'

type NodeState = { loaded: boolean; endpoints: Endpoint[]; serials: Set<number> }

/** The nodes of one epoch, as the log tells of them, and what each has registered. */
export class ReplicaNodes {
  readonly #byName = new Map<string, NodeState>()

  get size(): number {
    return this.#byName.size
  }

  get all(): ReplicaState['nodes'] {
    return [...this.#byName].map(([name, { endpoints, loaded }]) => [name, endpoints, loaded])
  }

  replace(all: ReplicaState['nodes']): void {
    this.#byName.clear()
    for (const [name, endpoints, loaded] of all) {
      this.#byName.set(name, { endpoints, loaded, serials: new Set() })
    }
  }

  join(name: string): void {
    this.#byName.set(name, { loaded: false, endpoints: [], serials: new Set() })
  }

  /** The node has the whole state from now on. */
  loaded(name: string, endpoints: Endpoint[]): void {
    const node = this.#byName.get(name)
    if (node) Object.assign(node, { loaded: true, endpoints })
  }

  /** Returns what the node had registered. */
  remove(name: string): Iterable<number> {
    const serials = this.#byName.get(name)?.serials ?? []
    this.#byName.delete(name)
    return serials
  }

  registered(name: string, serial: number): void {
    this.#byName.get(name)?.serials.add(serial)
  }

  left(name: string, serial: number): void {
    this.#byName.get(name)?.serials.delete(serial)
  }

  endpointsBeside(name: string): Endpoint[] {
    const others = [...this.#byName].filter(([each]) => each !== name)
    return others.flatMap(([, { endpoints }]) => endpoints)
  }

  /** The node that tells a newcomer the state; at each attempt another one. */
  tellerFor(newcomer: string, attempt: number): string | undefined {
    const able = [...this.#byName].filter(([name, { loaded }]) => loaded && name !== newcomer)
    const names = able.map(([name]) => name).sort()
    return names[attempt % names.length]
  }
}
