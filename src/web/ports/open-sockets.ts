import { FFIType } from 'bun:ffi'
import { closeSync, openSync, readSync } from 'node:fs'
import { cLibrary } from '../../host/c-library.ts'
import { parseIp } from '../../wire/address.ts'

/** A connection that this process took, by its descriptor, and where it comes from. */
export type Accepted = { fd: number; ip: string; port: number }

/**
 * The connections of this process as the kernel knows them: also those that said nothing yet, of which
 * `Bun.serve` tells nobody (decisions/014).
 */
export type OpenSockets = {
  /** The number that the next descriptor will have: so many are open at least. Infinity: none is left. */
  lowestFree(): number
  /** No descriptor is as high as that: the kernel has not made room for more, ever. */
  end(): number
  /** The connections that were taken on one of these ports, by descriptor. */
  acceptedOn(ports: readonly number[]): Accepted[]
  /** Shuts the connection down in both directions. Bun, which has the descriptor, then closes it. */
  shutDown(fd: number): void
}

/** `undefined` where there is no Linux. Without glibc it knows of no connections. */
export function openSockets(): OpenSockets | undefined {
  if (process.platform !== 'linux') return undefined
  let system: { functions: System | undefined } | undefined
  // Not at the start, which it would make longer by some milliseconds; nor when no descriptor is left.
  const load = () => {
    system ??= { functions: loadSystem() }
    return system.functions
  }
  // Open from now on: it has to be read where no descriptor is left.
  statusFile ??= openSync('/proc/self/status', 'r')
  const file = statusFile
  const status = Buffer.alloc(4_096)
  const address = new Uint8Array(new ArrayBuffer(addressBytes))
  const length = new Uint32Array(new ArrayBuffer(4))
  const view = new DataView(address.buffer)

  // The arrays themselves go to the system, not their addresses once taken: those may change.
  function ask(whose: 'getsockname' | 'getpeername', fd: number): boolean {
    length[0] = addressBytes
    return load()?.[whose](fd, address, length) === 0
  }

  function end(): number {
    // `FDSize` of proc(5): for how many there is a place.
    const text = status.toString('latin1', 0, readSync(file, status, 0, status.length, 0))
    return Number(/^FDSize:\s+(\d+)/m.exec(text)?.[1] ?? 0)
  }

  return {
    end,
    lowestFree() {
      load()
      try {
        const fd = openSync('/', 'r')
        closeSync(fd)
        return fd
      } catch (error) {
        const { code } = error as NodeJS.ErrnoException
        return code === 'EMFILE' ? Number.POSITIVE_INFINITY : 0
      }
    },
    acceptedOn(ports) {
      const accepted: Accepted[] = []
      const after = end()
      for (let fd = 3; fd < after; fd += 1) {
        // Files answer with an error, as do closed ones; a socket that listens has no peer.
        if (!ask('getsockname', fd) || !isInternet(view)) continue
        if (!ports.includes(view.getUint16(portAt))) continue
        if (!ask('getpeername', fd)) continue
        accepted.push({ fd, ip: ipOf(view), port: view.getUint16(portAt) })
      }
      return accepted
    },
    shutDown(fd) {
      load()?.shutdown(fd, bothWays)
    },
  }
}

// `sockaddr_in` and `sockaddr_in6` of Linux (ip(7), ipv6(7)).
const addressBytes = 28
const portAt = 2
const inet = 2
const inet6 = 10
const bothWays = 2

const family = (view: DataView) => view.getUint16(0, true)
const isInternet = (view: DataView) => family(view) === inet || family(view) === inet6

/** As the wire writes addresses: an IPv4 address that is written as IPv6 is IPv4. */
function ipOf(view: DataView): string {
  if (family(view) === inet) return dotted(view, 4)
  const groups = Array.from({ length: 8 }, (_, each) => view.getUint16(8 + 2 * each))
  if (groups.slice(0, 5).every((group) => group === 0) && groups[5] === 0xffff) {
    return dotted(view, 20)
  }
  const ip = parseIp(groups.map((group) => group.toString(16)).join(':'))
  return ip.ok ? ip.value : ''
}

const dotted = (view: DataView, at: number): string =>
  [0, 1, 2, 3].map((each) => view.getUint8(at + each)).join('.')

/** One for all: it is never closed. */
let statusFile: number | undefined

type AskName = (fd: number, address: Uint8Array, length: Uint32Array) => number
type System = {
  getsockname: AskName
  getpeername: AskName
  shutdown: (fd: number, how: number) => number
}

function loadSystem(): System | undefined {
  const { int, ptr } = FFIType
  return cLibrary(['linux'], {
    getsockname: { args: [int, ptr, ptr], returns: int },
    getpeername: { args: [int, ptr, ptr], returns: int },
    shutdown: { args: [int, int], returns: int },
  }) as unknown as System | undefined
}
