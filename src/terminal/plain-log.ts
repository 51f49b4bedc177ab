import { visible } from './visible.ts'
import type { Words } from './words.ts'

export type Output = {
  write(text: string): boolean
  on(event: 'drain' | 'error', listener: () => void): unknown
}

/** About how many bytes may wait for a slow reader: some 80,000 lines. */
const maxWaiting = 8 * 1024 * 1024

export type PlainLog = {
  write(line: string): void
  /** Writes the lines of this turn at once. */
  flush(): void
}

/**
 * The log for a pipe, a file or a service. All lines of one turn of the event loop are one write. A
 * reader that is too slow misses lines, and the log says how many. If the reader is gone, the log ends,
 * but the registry goes on.
 */
export function createPlainLog(stream: Output, words: Words): PlainLog {
  /** The lines of this turn. */
  let lines = ''
  let waiting = 0
  let lost = 0
  let gone = false

  function add(line: string): void {
    if (lines === '') setImmediate(flush)
    lines += `${line}\n`
  }

  function flush(): void {
    const text = lines
    lines = ''
    if (text === '' || gone) return
    if (!stream.write(text)) waiting += text.length
  }

  stream.on('error', () => {
    gone = true
  })
  stream.on('drain', () => {
    waiting = 0
    if (lost > 0) add(words.lost(lost))
    lost = 0
  })

  return {
    write(line) {
      if (gone) return
      if (waiting + lines.length > maxWaiting) lost++
      else add(visible(line))
    },
    flush,
  }
}
