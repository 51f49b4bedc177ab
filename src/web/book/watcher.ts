import type { RegistryClient, RegistryLost } from '../../client/registry-client.ts'
import type { Log } from '../../log/log.ts'
import type { Result } from '../../result.ts'
import type { Push, RefusalCode } from '../../wire/message.ts'
import type { PeopleBook } from './people-book.ts'

export type Watcher = {
  /** Resolves when the first opening state is complete. */
  readonly ready: Promise<void>
  close(): void
}

export type WatcherParts = {
  connect: (on: {
    push: (push: Push) => void
    lost: (why: RegistryLost) => void
  }) => Promise<Result<RegistryClient, RefusalCode>>
  book: Pick<PeopleBook, 'reopen' | 'apply'>
  log: Log
}

/** Pause before the registry is dialled again, in milliseconds: doubling, up to the second. */
const [firstPauseMs, longestPauseMs] = [100, 2_000]

/** The one registry connection that keeps the book true for all browsers; never gives up. */
export function startWatcher({ connect, book, log }: WatcherParts): Watcher {
  const ready = Promise.withResolvers<void>()
  let client: RegistryClient | undefined
  let timer: Timer | undefined
  let pauseMs = firstPauseMs
  let closed = false
  let complained = false

  function push(message: Push): void {
    book.apply(message)
    if (message.kind !== 'synced') return
    pauseMs = firstPauseMs
    if (complained) log({ event: 'watch.restored', count: message.count })
    complained = false
    ready.resolve()
  }

  async function watch(): Promise<void> {
    let failed = false
    function again(why: string): void {
      if (closed || failed) return
      failed = true
      if (!complained) log({ event: 'watch.lost', why })
      complained = true
      timer = setTimeout(watch, pauseMs)
      pauseMs = Math.min(2 * pauseMs, longestPauseMs)
    }
    try {
      const connected = await connect({ push, lost: (why) => again(why.message) })
      if (!connected.ok) return again(connected.error)
      client = connected.value
      if (closed) return client.close()
      book.reopen()
      const answer = await client.ask({ verb: 'watch' })
      if (answer.ok) return
      client.close()
      again(answer.error)
    } catch (error) {
      again(error instanceof Error ? error.message : String(error))
    }
  }

  watch()
  return {
    ready: ready.promise,
    close() {
      closed = true
      clearTimeout(timer)
      client?.close()
    },
  }
}
