import { dlopen, type FFIFunction } from 'bun:ffi'

/** Of glibc on Linux, and of macOS, whose numbers and structures are others. */
const libraries: Partial<Record<NodeJS.Platform, string>> = {
  linux: 'libc.so.6',
  darwin: 'libSystem.B.dylib',
}

/** Functions of the system's C library on these platforms; `undefined` elsewhere, and with another library. */
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
