import type { CallNews } from '../../page-protocol.ts'
import type { TabSocket } from '../live/tab.ts'

/** The open tabs of one browser, as far as its calls concern them. */
export class CallTabs {
  readonly #open = new Set<TabSocket>()
  readonly #taking = new Set<TabSocket>()

  opened(tab: TabSocket): void {
    this.#open.add(tab)
  }

  /** It can take calls. */
  takesCalls(tab: TabSocket): void {
    this.#taking.add(tab)
  }

  closed(tab: TabSocket): void {
    this.#open.delete(tab)
    this.#taking.delete(tab)
  }

  has(tab: TabSocket): boolean {
    return this.#open.has(tab)
  }

  /** The same page on its new socket, if that one is lost; otherwise that one. */
  current(tab: TabSocket): TabSocket {
    const { page } = tab.data
    if (this.#open.has(tab) || page === undefined) return tab
    return [...this.#open].find(({ data }) => data.page === page) ?? tab
  }

  /** Nobody here can answer. */
  get noneTakesCalls(): boolean {
    return this.#taking.size === 0
  }

  /** Tells all that can take calls, but for one. */
  tell(news: CallNews, but?: TabSocket): void {
    for (const tab of this.#taking) if (tab !== but) tell(tab, news)
  }
}

export const tell = (tab: TabSocket, call: CallNews): void =>
  void tab.send(JSON.stringify({ call }))
