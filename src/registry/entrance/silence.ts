import { FFIType, ptr } from 'bun:ffi'
import type { Socket } from 'bun'
import { cLibrary } from '../../host/c-library.ts'

/**
 * Detects peers whose machine or network is gone without a FIN (decisions/012). Keepalive detects them
 * only while no sent data waits to be acknowledged. If some does, Linux waits many minutes, unless
 * TCP_USER_TIMEOUT is set (tcp(7)). Bun cannot set it, so we call the C library.
 *
 * On Linux every connection inherits these options from its listener: five system calls at the start,
 * and none for each connection.
 */
export function endAfterSilence(listener: object, silenceMs: number): void {
  const { fd } = listener as { fd?: unknown }
  if (!setOption || typeof fd !== 'number' || fd < 0) return
  const options = [
    [socketLevel, keepAlive, 1],
    [tcpLevel, tcpKeepIdle, probeAfterMs(silenceMs) / 1_000],
    [tcpLevel, tcpKeepInterval, 1],
    [tcpLevel, tcpKeepCount, probes],
    [tcpLevel, tcpUserTimeout, silenceMs],
  ] as const
  for (const [level, option, value] of options) {
    const bytes = new Uint32Array([Math.ceil(value)])
    setOption(fd, level, option, ptr(bytes), bytes.byteLength)
  }
}

/** Keepalive for one connection, on systems where the listener could not be given these options. */
export function endEachAfterSilence(socket: Socket<unknown>, silenceMs: number): void {
  if (!setOption) socket.setKeepAlive(true, probeAfterMs(silenceMs))
}

/**
 * A third of the time. Data that is sent just before the first probe gets the whole time from then on,
 * so the worst case is 4/3 of it (decisions/012).
 */
const probeAfterMs = (silenceMs: number) => Math.max(1_000, Math.round(silenceMs / 3))

/** As many as Bun sends: one a second. */
const probes = 10

type SetOption = (fd: number, level: number, option: number, value: number, bytes: number) => number

// Constants of Linux: socket(7), tcp(7).
const socketLevel = 1
const keepAlive = 9
const tcpLevel = 6
const tcpKeepIdle = 4
const tcpKeepInterval = 5
const tcpKeepCount = 6
const tcpUserTimeout = 18

const { int, ptr: pointer, u32 } = FFIType
/** setsockopt(2); `undefined` without Linux and glibc. */
const setOption = cLibrary(['linux'], {
  setsockopt: { args: [int, int, int, pointer, u32], returns: int },
})?.setsockopt as SetOption | undefined
