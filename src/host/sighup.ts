import { isatty } from 'node:tty'

/**
 * Calls `act` at SIGHUP, the request of operators and systemd to read the files again. SIGHUP also comes
 * when our terminal is closed: then the process ends in good order. Returns a function that stops
 * listening.
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
