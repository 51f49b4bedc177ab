import { $ } from 'bun'

/** A machine of its own, one cable away from this one: pages of its are at no loopback address. */
export type Lan = {
  /** Its address, which this machine reaches. */
  readonly address: string
  /** The command that runs another one there. */
  on: (command: string[]) => string[]
  [Symbol.asyncDispose](): Promise<void>
}

/**
 * A network namespace with a cable to this machine, for a server: browsers here then meet it as they
 * meet a server in their LAN, where plain http is no secure context. Needs root; where there can be
 * none, `noMachines` in `two-machines.ts` says why.
 */
export async function connectLan(): Promise<Lan> {
  const id = crypto.getRandomValues(new Uint8Array(4)).toHex()
  const name = `encontro-lan-${id}`
  const cable = { here: `elh${id}`, there: `elt${id}` }
  // Test runs beside each other are not to draw the same link (RFC 2544's block is for such).
  const [third = 0, fourth = 0] = crypto.getRandomValues(new Uint8Array(2))
  const link = `198.19.${third}.${fourth & 0b1111_1100}`
  const at = (host: number) => link.replace(/\d+$/, (last) => `${Number(last) + host}`)
  const remove = () => $`ip netns delete ${name}`.quiet().nothrow()
  try {
    await $`ip netns add ${name}`.quiet()
    await $`ip link add ${cable.here} type veth peer name ${cable.there} netns ${name}`.quiet()
    await $`ip address add ${at(1)}/30 dev ${cable.here}`.quiet()
    await $`ip link set ${cable.here} up`.quiet()
    await $`ip -n ${name} address add ${at(2)}/30 dev ${cable.there}`.quiet()
    await $`ip -n ${name} link set ${cable.there} up`.quiet()
    await $`ip -n ${name} link set lo up`.quiet()
  } catch (error) {
    await remove()
    throw error
  }
  return {
    address: at(2),
    on: (command) => ['ip', 'netns', 'exec', name, ...command],
    async [Symbol.asyncDispose]() {
      // With the one end of the cable goes the other.
      await remove()
    },
  }
}
