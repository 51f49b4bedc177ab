import { FFIType } from 'bun:ffi'
import { cLibrary } from '../host/c-library.ts'

/**
 * Whether this process may paint on the terminal behind this descriptor: a shell gives the terminal to
 * one process group at a time (tcgetpgrp(3)). Also true if the system cannot tell.
 */
export function isInForeground(fd: number): boolean {
  system ??= { functions: load() }
  const { functions } = system
  if (!functions) return true
  const foreground = functions.tcgetpgrp(fd)
  // Negative: not the controlling terminal of this process, so no shell takes it away.
  return foreground < 0 || foreground === functions.getpgrp()
}

/** Loaded once somebody asks: without a terminal nobody does, and loading takes a millisecond. */
let system: { functions: ReturnType<typeof load> } | undefined

const load = () =>
  cLibrary(['linux', 'darwin'], {
    tcgetpgrp: { args: [FFIType.i32], returns: FFIType.i32 },
    getpgrp: { args: [], returns: FFIType.i32 },
  })
