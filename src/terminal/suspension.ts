/**
 * Calls `before` when Ctrl-Z stops the process, and `after` when it goes on. `after` is also called when
 * it was stopped by SIGSTOP, which a process cannot catch. Returns a function that ends this.
 */
export function onSuspended({
  before,
  after,
}: {
  before: () => void
  after: () => void
}): () => void {
  function suspend(): void {
    before()
    // Without our listener the signal stops the process. The line after `kill` runs when the process
    // goes on, or at once if no shell could wake it.
    process.off('SIGTSTP', suspend)
    process.kill(process.pid, 'SIGTSTP')
    process.on('SIGTSTP', suspend)
    after()
  }

  process.on('SIGTSTP', suspend)
  process.on('SIGCONT', after)
  return () => {
    process.off('SIGTSTP', suspend)
    process.off('SIGCONT', after)
  }
}
