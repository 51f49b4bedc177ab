import { FFIType, ptr } from 'bun:ffi'
import { readdirSync } from 'node:fs'
import { cLibrary } from './c-library.ts'

/** Time for the old listener to finish the handshakes that it has begun. */
const settleMs = 1_000

/**
 * Replaces the listener of a port, because Bun cannot give a listener another certificate. On Linux
 * both listeners share the port for a second (SO_REUSEPORT, socket(7)): the port is never free, and
 * new connections go only to the new listener, so that none is lost in the queue of the old one.
 * Elsewhere the old one stops first. Throws what `listen` throws; on Linux the old listener then goes
 * on. `settle` stops the old one at once. Where other processes share the port (`sharesPort`), it cannot be
 * steered: what waits in the queue of the old one is lost.
 */
export function handOver<Listener>(
  port: number,
  stopOld: () => void,
  listen: (options: { reusePort?: true }) => Listener,
  sharesPort = false,
): { now: Listener; settle: () => void } {
  if (sharesPort) {
    const now = listen({ reusePort: true })
    stopOld()
    return { now, settle: () => {} }
  }
  const fd = descriptorOf(port)
  if (fd === undefined || !system?.share(fd)) {
    stopOld()
    return { now: listen({}), settle: () => {} }
  }
  const now = listen({ reusePort: true })
  system.steer(fd, 1)
  let timer: Timer | undefined
  const settle = () => {
    if (timer === undefined) return
    clearTimeout(timer)
    timer = undefined
    stopOld()
    // The remaining listener is now number 0. Steering to number 1 would send connections to another
    // program of this user, if one listens on the port too.
    const left = descriptorOf(port)
    if (left !== undefined) system?.steer(left, 0)
  }
  timer = setTimeout(settle, settleMs)
  return { now, settle }
}

// Constants of Linux: socket(7), and <linux/filter.h> for the program.
const socketLevel = 1
const reusePort = 15
const acceptsConnections = 30
const attachFilter = 51
const portAt = 2
/** `sockaddr_in6`, the longer of the two. */
const addressBytes = 28
const wordBytes = 4
/** `BPF_RET | BPF_K`: always returns its constant. */
const givesConstant = 0x06

type System = {
  /** Whether another socket of this user may listen on its port too. */
  share: (fd: number) => boolean
  /** Sends every new connection to the listener number `place`, counted from 0 in order of their start. */
  steer: (fd: number, place: number) => void
  listensOn: (fd: number, port: number) => boolean
}

const system = loadSystem()

/** Descriptor of our listener on that port; `undefined` if there is none, or more than one. */
function descriptorOf(port: number): number | undefined {
  if (!system) return undefined
  const open = readdirSync('/proc/self/fd').map(Number)
  const found = open.filter((fd) => system.listensOn(fd, port))
  return found.length === 1 ? found[0] : undefined
}

function loadSystem(): System | undefined {
  const { int, ptr: pointer, u32 } = FFIType
  const symbols = cLibrary(['linux'], {
    setsockopt: { args: [int, int, int, pointer, u32], returns: int },
    getsockopt: { args: [int, int, int, pointer, pointer], returns: int },
    getsockname: { args: [int, pointer, pointer], returns: int },
  })
  if (!symbols) return undefined
  return {
    share: (fd) =>
      symbols.setsockopt(fd, socketLevel, reusePort, new Uint32Array([1]), wordBytes) === 0,
    steer(fd, place) {
      const instruction = new DataView(new ArrayBuffer(8))
      instruction.setUint16(0, givesConstant, true)
      instruction.setUint32(4, place, true)
      const bytes = new Uint8Array(instruction.buffer)
      const program = new DataView(new ArrayBuffer(16))
      program.setUint16(0, 1, true)
      program.setBigUint64(8, BigInt(ptr(bytes)), true)
      // If this fails, the kernel spreads connections over both listeners until the old one stops.
      symbols.setsockopt(fd, socketLevel, attachFilter, new Uint8Array(program.buffer), 16)
    },
    listensOn(fd, port) {
      const [listens, length] = [new Uint32Array(1), new Uint32Array([wordBytes])]
      if (symbols.getsockopt(fd, socketLevel, acceptsConnections, listens, length) !== 0) {
        return false
      }
      const address = new Uint8Array(addressBytes)
      symbols.getsockname(fd, address, new Uint32Array([addressBytes]))
      return listens[0] === 1 && new DataView(address.buffer).getUint16(portAt) === port
    },
  }
}
