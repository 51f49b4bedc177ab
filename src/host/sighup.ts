import { isatty } from 'node:tty'

/**
 * What to do at SIGHUP, by which operators and systemd ask for the settings' files to be read again.
 * It also comes when the terminal that we run in is closed: then the process ends in good order. Gives
 * the way back.
 */
export function onHangUp(act: () => void): () => void {
  const terminals = [0, 1, 2].filter((fd) => isatty(fd))

  function heard(): void {
    if (terminals.every((fd) => isatty(fd))) act()
    else process.kill(process.pid, 'SIGTERM')
  }

  process.on('SIGHUP', heard)
  return () => process.off('SIGHUP', heard)
}
