import { visible } from './visible.ts'

export type Output = {
  write(text: string): boolean
  on(event: 'drain' | 'error', listener: () => void): unknown
}

/** Bytes (about) that may wait for a reader that does not keep up: some 80,000 lines. */
const maxWaiting = 8 * 1024 * 1024

/**
 * The log for a pipe, a file or a service: each line as it comes. A reader that stalls misses
 * lines and is told how many; one that has gone ends the log, not the registry.
 */
export function createPlainLog(stream: Output): (line: string) => void {
  let waiting = 0
  let lost = 0
  let gone = false

  function send(line: string): void {
    const taken = stream.write(`${line}\n`)
    if (!taken) waiting += line.length + 1
  }

  stream.on('error', () => {
    gone = true
  })
  stream.on('drain', () => {
    waiting = 0
    if (lost > 0) send(`… ${lost} linhas perdidas: quem lê este registro não acompanha`)
    lost = 0
  })

  return (line) => {
    if (gone) return
    if (waiting > maxWaiting) lost++
    else send(visible(line))
  }
}
