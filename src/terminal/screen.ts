import { constants, openSync, writeSync } from 'node:fs'

// The alternate screen, as of `top`: what was on the terminal before comes back when it is left,
// and terminals do not re-flow it when they are resized.
const enter = '\x1b[?1049h\x1b[?25l'
const leave = '\x1b[?1049l\x1b[?25h'

// Shown at once (synchronized output), and with what is wider than the terminal cut, not wrapped.
const begin = '\x1b[?2026h\x1b[?7l'
const end = '\x1b[?7h\x1b[?2026l'

/** How long a terminal that takes nothing may hold up the end. */
const leaveWithinMs = 500

/** `held`: the terminal has yet to take the rest of the picture. `gone`: there is none any more. */
export type Outcome = 'painted' | 'held' | 'gone'

export type Screen = {
  /** Paints the whole screen. Only once the last picture is painted. */
  paint(lines: readonly string[]): Outcome
  /** Goes on with the last picture. */
  flush(): Outcome
  /** Back to how the terminal was, with these lines left on it and the cursor below them. */
  leave(lines: readonly string[]): void
  /** Somebody else has had the terminal: nothing of the picture is there any more. */
  lost(): void
}

/**
 * The terminal behind a file descriptor. Every line is painted anew each time, from the top: so
 * the picture mends itself, whatever somebody typed or printed over it.
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
 * The same terminal, for writes that never wait. A write to `process.stdout` does: it would stop the
 * process, and the registry with it, while somebody holds the terminal (Ctrl-S, an ssh that hangs).
 * The descriptor itself must stay as it is, since the shell shares it. Where it cannot be opened
 * again (or that gives the same one, as on macOS), writes wait as everybody's do.
 */
function openAnew(fd: number): number {
  try {
    return openSync(`/dev/fd/${fd}`, constants.O_WRONLY | constants.O_NONBLOCK | constants.O_NOCTTY)
  } catch {
    return fd
  }
}
