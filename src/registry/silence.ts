import { dlopen, FFIType, ptr } from 'bun:ffi'
import type { Socket } from 'bun'

/**
 * Finds out peers whose machine or network is gone without a word (decisions/012). Keepalive alone
 * does so where nothing is under way to them; for what was sent and is not acknowledged Linux would
 * wait many minutes, unless TCP_USER_TIMEOUT says otherwise (tcp(7)), which Bun cannot set.
 */
export function endAfterSilence(socket: Socket<unknown>, silenceMs: number): void {
  // A third: what is sent just before the first probe is due has the whole time from then on.
  socket.setKeepAlive(true, Math.max(1_000, Math.round(silenceMs / 3)))
  const { fd } = socket as { fd?: unknown }
  if (setOption && typeof fd === 'number' && fd >= 0) setUserTimeout(setOption, fd, silenceMs)
}

type SetOption = (fd: number, level: number, option: number, value: number, bytes: number) => number

const tcpLevel = 6
const tcpUserTimeout = 18

function setUserTimeout(set: SetOption, fd: number, milliseconds: number): void {
  const value = new Uint32Array([milliseconds])
  set(fd, tcpLevel, tcpUserTimeout, ptr(value), value.byteLength)
}

/** `setsockopt(2)`; `undefined` where there is no Linux with glibc: then keepalive has to do. */
function loadSetOption(): SetOption | undefined {
  if (process.platform !== 'linux') return undefined
  try {
    const { int, ptr, u32 } = FFIType
    const { symbols } = dlopen('libc.so.6', {
      setsockopt: { args: [int, int, int, ptr, u32], returns: int },
    })
    return symbols.setsockopt as unknown as SetOption
  } catch {
    return undefined
  }
}

const setOption = loadSetOption()
