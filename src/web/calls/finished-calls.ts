import type { CallNews } from '../../page-protocol.ts'

/** A tab that lost its socket is back in seconds; few calls end in that time. */
const maxKnown = 16

/** How the last calls of a browser ended, for a tab that was away when it was told. */
export class FinishedCalls {
  readonly #known = new Map<string, CallNews>()

  add(id: string, news: CallNews): void {
    // An end whose connection was lost may come back, and the call goes on.
    if (news.kind === 'ended' && news.reason === 'lost') return
    this.#known.set(id, news)
    if (this.#known.size <= maxKnown) return
    const [oldest] = this.#known.keys()
    if (oldest !== undefined) this.#known.delete(oldest)
  }

  delete(id: string): void {
    this.#known.delete(id)
  }

  get(id: string): CallNews | undefined {
    return this.#known.get(id)
  }
}
