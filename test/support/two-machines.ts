import { $ } from 'bun'
import { eventually } from './eventually.ts'
import { collect, mainPath, portuguese } from './process.ts'

let made = 0

/** Addresses inside the two namespaces alone (RFC 2544's block is for such links). */
const addresses = { server: '198.18.7.1', peer: '198.18.7.2' }

/** Why there cannot be other machines here; `undefined` where there can. In CI there must. */
export function noMachines(): string | undefined {
  const why = whyNoMachines()
  if (why && process.env.CI === 'true') throw new Error(`No machines to test with: ${why}`)
  return why
}

function whyNoMachines(): string | undefined {
  if (process.platform !== 'linux') return 'network namespaces are a thing of Linux'
  if (Bun.which('ip') === null) return 'iproute2 is not installed'
  const probe = `encontro-probe-${process.pid}`
  const made = Bun.spawnSync(['ip', 'netns', 'add', probe])
  if (!made.success) return `no network namespaces: ${made.stderr.toString().trim()}`
  Bun.spawnSync(['ip', 'netns', 'delete', probe])
  return undefined
}

export type TwoMachines = {
  readonly server: string
  readonly peer: string
  /** The command that runs another one on that machine. */
  on(machine: 'server' | 'peer', command: string[]): string[]
  /** Nothing gets through any more, and neither machine is told. */
  cut(): Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

/** Two network namespaces with one cable between them. Needs root. */
export async function connectTwoMachines(): Promise<TwoMachines> {
  const id = `${process.pid.toString(36)}${(made++).toString(36)}${Date.now().toString(36).slice(-4)}`
  const names = { server: `encontro-s-${id}`, peer: `encontro-p-${id}` }
  // At most 15 characters.
  const cable = { server: `es${id}`.slice(0, 15), peer: `ep${id}`.slice(0, 15) }
  const remove = async () => {
    for (const name of Object.values(names)) await $`ip netns delete ${name}`.quiet().nothrow()
  }
  try {
    for (const name of Object.values(names)) await $`ip netns add ${name}`.quiet()
    await $`ip link add ${cable.server} netns ${names.server} type veth peer name ${cable.peer} netns ${names.peer}`.quiet()
    for (const machine of ['server', 'peer'] as const) {
      const at = ['-n', names[machine]]
      await $`ip ${at} address add ${addresses[machine]}/30 dev ${cable[machine]}`.quiet()
      await $`ip ${at} link set ${cable[machine]} up`.quiet()
      await $`ip ${at} link set lo up`.quiet()
    }
  } catch (error) {
    await remove()
    throw error
  }
  return {
    ...addresses,
    on: (machine, command) => ['ip', 'netns', 'exec', names[machine], ...command],
    async cut() {
      // The near machine must not learn of it from its own cable, nor from a neighbour who does not
      // answer: it goes on sending, as it would to a router, and the far one has no such address.
      const far = await $`ip -n ${names.peer} -json link show ${cable.peer}`.json()
      await $`ip -n ${names.server} neighbour replace ${addresses.peer} lladdr ${far[0].address} dev ${cable.server} nud permanent`.quiet()
      await $`ip -n ${names.peer} address delete ${addresses.peer}/30 dev ${cable.peer}`.quiet()
    },
    [Symbol.asyncDispose]: remove,
  }
}

/** Runs it on that machine until `started` ends; gives what it has printed so far. */
export function runOn(
  machines: TwoMachines,
  machine: 'server' | 'peer',
  command: string[],
  started: AsyncDisposableStack,
  env: Record<string, string> = {},
): () => string {
  const child = Bun.spawn(machines.on(machine, command), {
    env: { PATH: process.env.PATH ?? '', ...env },
    stdout: 'pipe',
  })
  started.defer(async () => {
    child.kill('SIGKILL')
    await child.exited
  })
  return collect(child.stdout)
}

/** The program on the server's machine, on its usual ports; gives its log so far. */
export async function runServer(
  machines: TwoMachines,
  started: AsyncDisposableStack,
): Promise<() => string> {
  const log = runOn(machines, 'server', [process.execPath, mainPath], started, {
    ...portuguese,
    HOST: '0.0.0.0',
    REGISTRY_PORT: '3001',
    HTTP_PORT: '3000',
    SESSION_SECRET: 'x'.repeat(32),
  })
  await eventually('it starts', () => log().includes('Para experimentar'))
  return log
}
