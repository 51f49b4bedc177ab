import { FFIType, ptr } from 'bun:ffi'
import { readdirSync } from 'node:fs'
import { cLibrary } from './c-library.ts'

// socket(7), and <linux/filter.h>: the classic filter, of instructions with 8 bytes each.
const socketLevel = 1
const attachReusePortFilter = 51
const acceptsConnections = 30
const addressBytes = 28
const portAt = 2
/** Where offsets begin that count from the header of IP. */
const ipHeader = -0x10_0000
const load = { byte: 0x30, word: 0x20 }
const op = { right: 0x74, jumpIfEqual: 0x15, times: 0x24, modulo: 0x94, keep: 0x07, xorKept: 0xac }
const returnsResult = 0x16
/** A large odd number whose bits are in no order (Knuth, The Art of Computer Programming 3, section 6.4). */
const factor = 0x9e37_79b1

type Instruction = readonly [code: number, ifTrue: number, ifFalse: number, constant: number]

/**
 * From now on all connections from one address that come to this port go to the same one of the
 * processes that listen there: the tabs and requests of a browser have to meet (Linux, SO_REUSEPORT).
 * For IPv6 the first 64 bits count. Elsewhere, or where it fails, the kernel spreads them as it likes,
 * and browsers follow their session.
 */
export function steerByAddress(port: number, processes: number): void {
  const { int, ptr: pointer, u32 } = FFIType
  const symbols = cLibrary(['linux'], {
    setsockopt: { args: [int, int, int, pointer, u32], returns: int },
    getsockopt: { args: [int, int, int, pointer, pointer], returns: int },
    getsockname: { args: [int, pointer, pointer], returns: int },
  })
  if (!symbols) return
  const fd = readdirSync('/proc/self/fd')
    .map(Number)
    .find((each) => {
      const [listens, length] = [new Uint32Array(1), new Uint32Array([4])]
      if (symbols.getsockopt(each, socketLevel, acceptsConnections, listens, length) !== 0) {
        return false
      }
      const address = new Uint8Array(addressBytes)
      symbols.getsockname(each, address, new Uint32Array([addressBytes]))
      return listens[0] === 1 && new DataView(address.buffer).getUint16(portAt) === port
    })
  if (fd === undefined) return
  const code = bytesOf(filterFor(processes))
  const program = new DataView(new ArrayBuffer(16))
  program.setUint16(0, code.length / 8, true)
  program.setBigUint64(8, BigInt(ptr(code)), true)
  symbols.setsockopt(fd, socketLevel, attachReusePortFilter, new Uint8Array(program.buffer), 16)
}

/** Gives the number of a listener, from 0, for each source address. */
const filterFor = (processes: number): Instruction[] => [
  [load.byte, 0, 0, ipHeader],
  [op.right, 0, 0, 4],
  // IPv4 has its source at 12, IPv6 at 8 and on.
  [op.jumpIfEqual, 0, 2, 4],
  [load.word, 0, 0, ipHeader + 12],
  [op.jumpIfEqual, 4, 4, 0],
  [load.word, 0, 0, ipHeader + 8],
  [op.keep, 0, 0, 0],
  [load.word, 0, 0, ipHeader + 12],
  [op.xorKept, 0, 0, 0],
  [op.times, 0, 0, factor],
  [op.right, 0, 0, 16],
  [op.modulo, 0, 0, processes],
  [returnsResult, 0, 0, 0],
]

function bytesOf(instructions: readonly Instruction[]): Uint8Array<ArrayBuffer> {
  const view = new DataView(new ArrayBuffer(8 * instructions.length))
  for (const [index, [code, ifTrue, ifFalse, constant]] of instructions.entries()) {
    view.setUint16(8 * index, code, true)
    view.setUint8(8 * index + 2, ifTrue)
    view.setUint8(8 * index + 3, ifFalse)
    view.setUint32(8 * index + 4, constant >>> 0, true)
  }
  return new Uint8Array(view.buffer)
}
