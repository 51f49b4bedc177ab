import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { $ } from 'bun'
import { eventually } from './eventually.ts'
import { collect } from './process.ts'

/** How a cable is; what is left out is as good as it gets. Each way has its share of all of it. */
export type Cable = { loss?: number; delayMs?: number; kbps?: number; udp?: boolean }

type Family = 4 | 6

export type Networks = {
  /** The server's address, the same whichever cable one comes by. */
  readonly server: string
  /** As it stands in a URL. */
  readonly host: string
  on: (machine: Machine, command: string[]) => string[]
  /** The path of a program that runs another one on that machine. */
  wrapped: (machine: 'ana' | 'bia', program: string) => Promise<string>
  make: (cable: CableName, how: Cable) => Promise<void>
  /** Nothing goes over it any more, and its machine knows. */
  unplug: (cable: CableName) => Promise<void>
  plugIn: (cable: CableName) => Promise<void>
  [Symbol.asyncDispose](): Promise<void>
}

type Machine = 'middle' | 'ana' | 'bia'
/** Ana has two: another network to go over to. */
export type CableName = 'ana' | 'bia' | 'another'

const cables = {
  ana: { end: 'ana', net: 1 },
  bia: { end: 'bia', net: 2 },
  another: { end: 'ana', net: 3 },
} as const

/** The block of RFC 2544 and addresses of our own (RFC 4193): seen inside the namespaces alone. */
const addressOf = (family: Family, net: number, host: number) =>
  family === 4 ? `198.18.${net}.${host}` : `fd18:${net}::${host}`
const bits = { 4: 24, 6: 64 } as const

let made = 0

/**
 * Three machines: Ana's, Bia's, and one in the middle, which passes on what they send each other and
 * has the server. Each cable can be made bad. With family 6 there is no IPv4 anywhere. Needs root.
 */
export async function connectNetworks(family: Family = 4): Promise<Networks> {
  await using started = new AsyncDisposableStack()
  const id = `${process.pid.toString(36)}${(made++).toString(36)}`
  const namespaces = {
    middle: `encontro-m-${id}`,
    ana: `encontro-a-${id}`,
    bia: `encontro-b-${id}`,
  }
  const folder = mkdtempSync(join(tmpdir(), 'encontro-networks-'))
  started.defer(() => rmSync(folder, { recursive: true }))
  const server = addressOf(family, 0, 1)
  const on = (machine: Machine, command: string[]) => [
    'ip',
    'netns',
    'exec',
    namespaces[machine],
    ...command,
  ]
  const addAddress = (machine: Machine, address: string, device: string) =>
    $`ip -n ${namespaces[machine]} address replace ${address} dev ${device} ${family === 6 ? ['nodad'] : []}`.quiet()

  for (const [machine, namespace] of Object.entries(namespaces)) {
    await $`ip netns add ${namespace}`.quiet()
    started.defer(async () => {
      await $`ip netns delete ${namespace}`.quiet().nothrow()
    })
    await $`ip -n ${namespace} link set lo up`.quiet()
    const forwarding = machine === 'middle' ? '1' : '0'
    const path = family === 4 ? 'ipv4/ip_forward' : 'ipv6/conf/all/forwarding'
    await $`ip netns exec ${namespace} sh -c ${`echo ${forwarding} > /proc/sys/net/${path}`}`.quiet()
  }
  await addAddress('middle', `${server}/${family === 4 ? 32 : 128}`, 'lo')

  const control = {} as Record<CableName, (how: Cable) => Promise<void>>
  for (const [cable, { end, net }] of Object.entries(cables) as [
    CableName,
    (typeof cables)[CableName],
  ][]) {
    const near = `m-${cable}`
    const far = `eth-${cable}`
    control[cable] = await lay(
      on('middle', ['python3', join(import.meta.dir, 'bad-cable.py'), near, far]),
      started,
    )
    await $`ip -n ${namespaces.middle} link set ${far} netns ${namespaces[end]}`.quiet()
    await addAddress('middle', `${addressOf(family, net, 1)}/${bits[family]}`, near)
    await $`ip -n ${namespaces.middle} link set ${near} up`.quiet()
  }

  async function plugIn(cable: CableName): Promise<void> {
    const { end, net } = cables[cable]
    const device = `eth-${cable}`
    await $`ip -n ${namespaces[end]} link set ${device} up`.quiet()
    await addAddress(end, `${addressOf(family, net, 2)}/${bits[family]}`, device)
    await $`ip -n ${namespaces[end]} ${family === 6 ? ['-6'] : []} route replace default via ${addressOf(family, net, 1)} dev ${device}`.quiet()
  }
  await plugIn('ana')
  await plugIn('bia')

  const all = started.move()
  return {
    server,
    host: family === 4 ? server : `[${server}]`,
    on,
    async wrapped(machine, program) {
      const path = join(folder, machine)
      await Bun.write(path, `#!/bin/sh\nexec ${on(machine, [program]).join(' ')} "$@"\n`)
      await $`chmod +x ${path}`
      return path
    },
    make: (cable, how) => control[cable](how),
    async unplug(cable) {
      const { end } = cables[cable]
      await $`ip -n ${namespaces[end]} address flush dev eth-${cable}`.quiet()
      await $`ip -n ${namespaces[end]} link set eth-${cable} down`.quiet()
    },
    plugIn,
    [Symbol.asyncDispose]: () => all.disposeAsync(),
  }
}

/** Starts a cable's program; gives what makes the cable good or bad. */
async function lay(
  command: string[],
  started: AsyncDisposableStack,
): Promise<(how: Cable) => Promise<void>> {
  const child = Bun.spawn(command, { stdin: 'pipe', stdout: 'pipe', stderr: 'pipe' })
  const errors = collect(child.stderr)
  started.defer(async () => {
    child.kill('SIGKILL')
    await child.exited
  })
  const output = collect(child.stdout)
  const isReady = () => output().includes('ready') || child.exitCode !== null
  await eventually('a cable', isReady, 30_000)
  if (child.exitCode !== null) throw new Error(`no cable could be laid: ${errors()}`)
  return async (how) => {
    const before = output().length
    child.stdin.write(`${JSON.stringify(how)}\n`)
    child.stdin.flush()
    await eventually('another cable', () => output().length > before, 30_000)
  }
}
