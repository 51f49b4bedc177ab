import { Places } from '../../../limits/places.ts'
import type { Language } from '../../../text/languages.ts'
import type { PeopleBook } from '../../book/people-book.ts'
import type { TabGroup, TabSocket, TabView } from '../tab.ts'
import { groupKey, ListGroup } from './list-group.ts'

type View = NonNullable<TabView['list']>

/** Which tabs show the same list in the same language. A group is there as long as a tab is in it. */
export class TabGroups {
  readonly #book: PeopleBook
  readonly #byKey = new Map<string, TabGroup>()
  /** By session: for each filter the process keeps a list of its own. */
  readonly #filters: Places

  constructor(book: PeopleBook, filtersPerSession: number) {
    this.#book = book
    this.#filters = new Places(filtersPerSession)
  }

  get all(): Iterable<TabGroup> {
    return this.#byKey.values()
  }

  has(view: View, language: Language): boolean {
    return this.#byKey.has(groupKey(view, language))
  }

  /** A new one begins with the book as it is. */
  of(view: View, language: Language): TabGroup {
    const known = this.#byKey.get(groupKey(view, language))
    if (known) return known
    const group = new ListGroup<TabSocket>(this.#book, view, language)
    this.#byKey.set(group.key, group)
    return group
  }

  /** Says no where the tab's session has as many filtered lists as it may. */
  join(socket: TabSocket, group: TabGroup | undefined): boolean {
    const { group: before, sessionId } = socket.data
    if (before === group) return true
    const filters = isFiltered(group)
    if (filters && !isFiltered(before) && !this.#filters.take(sessionId)) {
      this.#forgetUnused(group)
      return false
    }
    if (!filters && isFiltered(before)) this.#filters.leave(sessionId)
    socket.data.group = group
    group?.tabs.add(socket)
    before?.tabs.delete(socket)
    this.#forgetUnused(before)
    return true
  }

  #forgetUnused(group: TabGroup | undefined): void {
    if (group?.tabs.size === 0) this.#byKey.delete(group.key)
  }
}

const isFiltered = (group: TabGroup | undefined): boolean =>
  group !== undefined && group.view.filter !== ''
