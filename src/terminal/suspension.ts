/**
 * Ctrl-Z: `before` the process stops, and `after` it goes on, also where it was stopped by a signal of
 * which nobody can be told (SIGSTOP). Returns what ends this.
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
    // What the signal does to a process that does not listen to it: the next line runs once it goes on,
    // or at once where no shell could wake it.
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
