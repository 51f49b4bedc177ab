import { constants, openSync, writeSync } from 'node:fs'

// The alternate screen, as `top` uses it. The earlier content comes back when we leave it, and
// terminals do not wrap it anew when they are resized.
const enter = '\x1b[?1049h\x1b[?25l'
const leave = '\x1b[?1049l\x1b[?25h'

// The picture appears all at once (synchronized output). Lines that are too wide are cut, not wrapped.
const begin = '\x1b[?2026h\x1b[?7l'
const end = '\x1b[?7h\x1b[?2026l'

/** How long the end of the process waits for a terminal that accepts no output. */
const leaveWithinMs = 500

/** `held`: the terminal has not taken all of the picture yet. `gone`: the terminal is closed. */
export type Outcome = 'painted' | 'held' | 'gone'

export type Screen = {
  /** Paints the whole screen. Call it only after the last picture is `painted`. */
  paint(lines: readonly string[]): Outcome
  /** Continues to write the last picture. */
  flush(): Outcome
  /** Restores the terminal. These lines stay on it, with the cursor below them. */
  leave(lines: readonly string[]): void
  /** Another program may have used the terminal: the next picture is painted from the beginning. */
  lost(): void
}

/**
 * The terminal behind a file descriptor. Every picture repaints all lines. So the next picture repairs
 * whatever was typed or printed over the last one.
 */
export function createScreen(stdout: number): Screen {
  const fd = openAnew(stdout)
  let entered = false
  let rest: Buffer<ArrayBufferLike> = Buffer.alloc(0)

  function flush(): Outcome {
    try {
      while (rest.length > 0) rest = rest.subarray(writeSync(fd, rest))
      return 'painted'
    } catch (error) {
      return (error as NodeJS.ErrnoException).code === 'EAGAIN' ? 'held' : 'gone'
    }
  }

  function lost(): void {
    entered = false
    rest = Buffer.alloc(0)
  }

  return {
    flush,
    paint(lines) {
      const picture = lines.map((line) => `\x1b[2K${line}\r\n`).join('')
      rest = Buffer.from(`${entered ? '' : enter}${begin}\x1b[H${picture}\x1b[J${end}`)
      entered = true
      return flush()
    },
    lost,
    leave(lines) {
      const picture = lines.map((line) => `\r\x1b[2K${line}\r\n`).join('')
      const below = picture === '' ? '' : `${begin}${picture}${end}`
      rest = Buffer.concat([rest, Buffer.from(`${entered ? leave : ''}${below}`)])
      const deadline = performance.now() + leaveWithinMs
      while (flush() === 'held' && performance.now() < deadline) Bun.sleepSync(10)
      lost()
    },
  }
}

/**
 * Opens the same terminal again, without blocking. A blocking write would stop the whole process, and so
 * the registry, while the terminal takes no output (Ctrl-S, an ssh that hangs). The original descriptor
 * must stay blocking, because the shell shares it. If it cannot be opened again, or opening gives the
 * same one (macOS), writes may block.
 */
function openAnew(fd: number): number {
  try {
    return openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    return fd
  }
}
