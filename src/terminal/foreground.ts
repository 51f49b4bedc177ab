import { FFIType } from 'bun:ffi'
import { cLibrary } from '../host/c-library.ts'

/**
 * Whether the terminal behind this descriptor is this process's to paint on: a shell gives it to one
 * group of processes at a time (tcgetpgrp(3)). True also where that cannot be known.
 */
export function isInForeground(fd: number): boolean {
  if (!system) return true
  const foreground = system.tcgetpgrp(fd)
  // Negative: not the terminal that this process belongs to, so no shell takes it away.
  return foreground < 0 || foreground === system.getpgrp()
}

const system = cLibrary(['linux', 'darwin'], {
  tcgetpgrp: { args: [FFIType.i32], returns: FFIType.i32 },
  getpgrp: { args: [], returns: FFIType.i32 },
})
