import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../eventually.ts'
import { collect, spawnMain } from '../process.ts'
import { freePort } from '../redis.ts'

/** One process of several, which always comes back at the same ports. */
export class ClusterNode {
  readonly name: string
  readonly port: number
  readonly httpPort: number
  readonly #env: Record<string, string>
  #child: ReturnType<typeof spawnMain> | undefined
  #output = () => ''
  #errors = () => ''
  /** Of the processes before. */
  #before = ''

  constructor(name: string, env: Record<string, string>) {
    this.name = name
    this.port = freePort()
    this.httpPort = freePort()
    this.#env = {
      ...{ NODE_NAME: name, REGISTRY_PORT: String(this.port), HTTP_PORT: String(this.httpPort) },
      ...{ SESSION_SECRET: 'um-segredo-de-todos-os-nos-0123456789', DRAIN_SECONDS: '0' },
      ...{ CONNECTIONS_PER_SECOND: '1000', REQUESTS_PER_SECOND: '1000', ENGINE_WAIT: 'on' },
      ...env,
    }
  }

  get runs(): boolean {
    return this.#child !== undefined
  }

  get pid(): number {
    return this.#child?.pid ?? 0
  }

  get output(): string {
    return `${this.#before}${this.#output()}${this.#errors()}`
  }

  /** Resolves when it lets people in. */
  async start(withinMs = 30_000): Promise<void> {
    this.#before = this.output
    const child = spawnMain(this.#env)
    this.#child = child
    this.#output = collect(child.stdout)
    this.#errors = collect(child.stderr)
    const isReady = () => this.#output().includes('Para experimentar') || child.exitCode !== null
    await eventually(`${this.name} starts`, isReady, withinMs)
    if (child.exitCode !== null) throw new Error(`${this.name} did not start: ${this.output}`)
  }

  async kill(name: NodeJS.Signals = 'SIGKILL'): Promise<void> {
    const child = this.#child
    this.#child = undefined
    child?.kill(name)
    await child?.exited
  }

  signal(name: NodeJS.Signals): void {
    this.#child?.kill(name)
  }
}

/** Processes that share one directory. `urlOf` gives the engine as each of them reaches it. */
export async function startNodes(
  count: number,
  urlOf: (index: number) => string,
  env: Record<string, string> = {},
): Promise<{ nodes: ClusterNode[]; [Symbol.asyncDispose](): Promise<void> }> {
  const folder = mkdtempSync(join(tmpdir(), 'encontro-nodes-'))
  const nodes = Array.from({ length: count }, (_, index) => {
    const state = join(folder, String(index))
    return new ClusterNode(`node${index}`, {
      ...{ ENGINE_URL: urlOf(index), STATE_DIRECTORY: state },
      ...env,
    })
  })
  const stop = async () => {
    await Promise.all(nodes.map((node) => node.kill()))
    rmSync(folder, { recursive: true })
  }
  try {
    await Promise.all(nodes.map((node) => node.start()))
  } catch (error) {
    await stop()
    throw error
  }
  return { nodes, [Symbol.asyncDispose]: stop }
}
