import { dlopen, type FFIFunction } from 'bun:ffi'

/** The C library by system: glibc on Linux. Constants and structures differ on macOS. */
const libraries: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'libc.so.6',
  darwin: 'libSystem.B.dylib',
}

/** Loads functions of the C library. Gives `undefined` on other platforms, and if loading fails. */
export function cLibrary<Functions extends Record<string, FFIFunction>>(
  platforms: readonly NodeJS.Platform[],
  functions: Functions,
) {
  const library = platforms.includes(process.platform) ? libraries[process.platform] : undefined
  if (library === undefined) return undefined
  try {
    return dlopen(library, functions).symbols
  } catch {
    return undefined
  }
}
