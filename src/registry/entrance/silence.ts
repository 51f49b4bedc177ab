import { FFIType, ptr } from 'bun:ffi'
import type { Socket } from 'bun'
import { cLibrary } from '../../host/c-library.ts'

/**
 * Finds out peers whose machine or network is gone without a word (decisions/012). Keepalive alone
 * does so where nothing is under way to them; for what was sent and is not acknowledged Linux would
 * wait many minutes, unless TCP_USER_TIMEOUT says otherwise (tcp(7)), which Bun cannot set.
 *
 * On Linux every connection has these options from the socket that listens: five calls of the
 * system at the start, and none for each connection.
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

/** The same for one connection, as far as Bun can, where they do not have it from the listener. */
export function endEachAfterSilence(socket: Socket<unknown>, silenceMs: number): void {
  if (!setOption) socket.setKeepAlive(true, probeAfterMs(silenceMs))
}

/** A third: what is sent just before the first probe is due has the whole time from then on. */
const probeAfterMs = (silenceMs: number) => Math.max(1_000, Math.round(silenceMs / 3))

/** As many as Bun sends, one a second. */
const probes = 10

type SetOption = (fd: number, level: number, option: number, value: number, bytes: number) => number

// Of Linux: socket(7), tcp(7).
const socketLevel = 1
const keepAlive = 9
const tcpLevel = 6
const tcpKeepIdle = 4
const tcpKeepInterval = 5
const tcpKeepCount = 6
const tcpUserTimeout = 18

const { int, ptr: pointer, u32 } = FFIType
/** setsockopt(2); where there is no Linux with glibc, keepalive has to do. */
const setOption = cLibrary(['linux'], {
  setsockopt: { args: [int, int, int, pointer, u32], returns: int },
})?.setsockopt as SetOption | undefined
