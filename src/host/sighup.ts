import { isatty } from 'node:tty'

/**
 * Does `act` at SIGHUP, by which operators and systemd ask for the files to be read again. SIGHUP also
 * comes when our terminal is closed: then the process ends in good order. Gives a function that stops this.
 */
export function onSighup(act: () => void): () => void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd))

  function heard(): void {
    if (terminals.every((fd) => isatty(fd))) act()
    else process.kill(process.pid, 'SIGTERM')
  }

  process.on('SIGHUP', heard)
  return () => process.off('SIGHUP', heard)
}
