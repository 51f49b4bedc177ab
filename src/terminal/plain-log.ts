import { visible } from './visible.ts'

export type Output = {
  write(text: string): boolean
  on(event: 'drain' | 'error', listener: () => void): unknown
}

/** Bytes (about) that may wait for a reader that does not keep up: some 80,000 lines. */
const maxWaiting = 8 * 1024 * 1024

export type PlainLog = {
  write(line: string): void
  /** Hands on at once what waits for the end of the turn. */
  flush(): void
}

/**
 * The log for a pipe, a file or a service: one write for all the lines of a turn of the event loop,
 * however many came. A reader that stalls misses lines and is told how many; one that has gone ends
 * the log, not the registry.
 */
export function createPlainLog(stream: Output): PlainLog {
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
    if (lost > 0) add(`… ${lost} linhas perdidas: quem lê este registro não acompanha`)
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
