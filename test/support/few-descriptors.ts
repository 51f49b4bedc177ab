/**
 * A process that may have only so many files and sockets open: this file, loaded before the program,
 * lowers the limit (setrlimit(2)). For Linux.
 */
import { dlopen, FFIType, ptr } from 'bun:ffi'

/** The environment in which `startProcess` starts such a process. */
export const fewDescriptors = (count: number) => ({
  BUN_OPTIONS: `--preload=${import.meta.path}`,
  TEST_DESCRIPTORS: String(count),
})

const openFiles = 7
const count = process.env.TEST_DESCRIPTORS

if (count !== undefined) {
  const { symbols } = dlopen('libc.so.6', {
    setrlimit: { args: [FFIType.int, FFIType.ptr], returns: FFIType.int },
  })
  const softAndHard = new BigUint64Array([BigInt(count), BigInt(count)])
  if (symbols.setrlimit(openFiles, ptr(softAndHard)) !== 0) throw new Error('setrlimit failed')
}
