import { $ } from 'bun'

/** A machine for the engine, with a cable of its own to each node. Needs root. */
export type Cables = AsyncDisposable & {
  /** Runs a command on the engine's machine. */
  on: (command: string[]) => string[]
  /** The engine's address, as that node reaches it. */
  address: (index: number) => string
  /** Nothing goes over that node's cable. */
  unplug: (index: number) => Promise<void>
  /** What the node says arrives, and no answer to it. */
  deafen: (index: number) => Promise<void>
  /** All is as it was. */
  mend: (index: number) => Promise<void>
}

/** Whether this process may make machines. */
export const hasCables = process.getuid?.() === 0 && Bun.which('ip') !== null

/** Of the block for tests of networks (RFC 2544); others for each process that runs at the same time. */
const net = (index: number) => `198.19.${((process.pid * 4) % 240) + index + 1}`

export async function layCables(count: number): Promise<Cables> {
  await using made = new AsyncDisposableStack()
  const id = process.pid.toString(36)
  const machine = `encontro-e-${id}`
  const near = (index: number) => `ee${index}-${id}`
  await $`ip netns add ${machine}`.quiet()
  made.defer(async () => {
    // The cables end with it.
    await $`ip netns delete ${machine}`.quiet().nothrow()
  })
  await $`ip -n ${machine} link set lo up`.quiet()
  const plugIn = async (index: number) => {
    await $`ip -n ${machine} link set far${index} up`.quiet()
    await $`ip -n ${machine} address replace ${net(index)}.1/24 dev far${index}`.quiet()
  }
  for (let index = 0; index < count; index += 1) {
    await $`ip link add ${near(index)} type veth peer name far${index} netns ${machine}`.quiet()
    await $`ip address add ${net(index)}.2/24 dev ${near(index)}`.quiet()
    await $`ip link set ${near(index)} up`.quiet()
    await plugIn(index)
  }
  const all = made.move()
  return {
    on: (command) => ['ip', 'netns', 'exec', machine, ...command],
    address: (index) => `${net(index)}.1`,
    async unplug(index) {
      await $`ip -n ${machine} link set far${index} down`.quiet()
    },
    async deafen(index) {
      await $`ip -n ${machine} route add blackhole ${net(index)}.2/32`.quiet()
    },
    async mend(index) {
      await $`ip -n ${machine} route delete blackhole ${net(index)}.2/32`.quiet().nothrow()
      await plugIn(index)
    },
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}
