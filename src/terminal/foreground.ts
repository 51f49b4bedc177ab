import { FFIType } from 'bun:ffi'
import { cLibrary } from '../host/c-library.ts'

/**
 * Whether this process may paint on the terminal behind this descriptor: a shell gives the terminal to
 * one process group at a time (tcgetpgrp(3)). Also true if the system cannot tell.
 */
export function isInForeground(fd: number): boolean {
  if (!system) return true
  const foreground = system.tcgetpgrp(fd)
  // Negative: not the controlling terminal of this process, so no shell takes it away.
  return foreground < 0 || foreground === system.getpgrp()
}

const system = cLibrary(['linux', 'darwin'], {
  tcgetpgrp: { args: [FFIType.i32], returns: FFIType.i32 },
  getpgrp: { args: [], returns: FFIType.i32 },
})
