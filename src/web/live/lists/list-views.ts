import type { Turns } from '../../../limits/turns.ts'
import type { Language } from '../../../text/languages.ts'
import type { PeopleBook, Person } from '../../book/people-book.ts'
import type { Tab, TabGroup, TabSocket, TabView } from '../tab.ts'
import { pageSize, sameList } from './list-group.ts'
import type { ListHtml } from './list-html.tsx'
import type { Rows } from './rows.tsx'

export type ViewParts = {
  book: PeopleBook
  rows: Rows
  html: ListHtml
  turns: Turns
  groupOf: (view: NonNullable<TabView['list']>, language: Language) => TabGroup
  /** Says no where its session has too many lists of its own. */
  join: (socket: TabSocket, group: TabGroup | undefined) => boolean
  /** Closes a tab that may not be shown its view. */
  refuse: (socket: TabSocket) => void
  send: (socket: TabSocket, text: string) => void
  /** Pays for work that is worth so many rows; otherwise says in how many milliseconds it may. */
  waitFor: (tab: Tab, rows: number) => number
}

/** Rows that are rendered in one part of the work. */
export const rowsInAPart = 16

/**
 * What showing a view costs, in rows that are sent: every row, a part of looking through everybody
 * where there is a filter, and something for the rest.
 */
export const costOf = (rows: number, people: number, filter: string): number =>
  10 + Math.min(rows, people) + (filter === '' ? 0 : Math.ceil(people / 100))

/**
 * Shows tabs the views that they ask for, each in its turn and as often as its session may. However much
 * a tab asks for, one view waits for it: the last. A tab that has not read what it was sent gets nothing
 * more, and then the view as it is by then.
 */
export class ListViews {
  readonly #parts: ViewParts

  constructor(parts: ViewParts) {
    this.#parts = parts
  }

  /** The tab's view is another one, or is asked for again. */
  show(socket: TabSocket): void {
    const { data: tab } = socket
    if (tab.asking) return
    tab.asking = true
    this.#parts.turns.add(tab.sessionId, () => this.#part(socket))
  }

  /** It has read what it was sent. */
  catchUp(socket: TabSocket): void {
    const { data: tab } = socket
    if (!tab.isBehind) return
    tab.isBehind = false
    tab.paidFor = undefined
    this.show(socket)
  }

  /** Whether it has not read what it was sent: then it gets its view later, as it is by then. */
  mustWait(socket: TabSocket): boolean {
    if (socket.getBufferedAmount() === 0) return false
    socket.data.isBehind = true
    return true
  }

  drop({ data: tab }: TabSocket): void {
    clearTimeout(tab.retry)
    tab.view = undefined
  }

  ownPerson({ data }: TabSocket): Person | undefined {
    return data.session && this.#parts.book.find(data.session.me.name, data.session.me.ip)
  }

  sendPerson(socket: TabSocket, { name, ip }: { name: string; ip: string }): void {
    const person = this.#parts.book.find(name, ip)
    const isMe = person !== undefined && person === this.ownPerson(socket)
    this.#parts.send(
      socket,
      this.#parts.html.person({ name, ip }, person, isMe, socket.data.language),
    )
  }

  #part(socket: TabSocket): true | undefined {
    const { data: tab } = socket
    const { view } = tab
    if (!view) return done(tab)
    if (tab.paidFor !== view) {
      const waitMs = this.#parts.waitFor(tab, this.#cost(tab, view))
      if (waitMs > 0) {
        tab.retry = setTimeout(() => {
          tab.asking = false
          this.show(socket)
        }, waitMs)
        return true
      }
      tab.paidFor = view
      const group = view.list && this.#parts.groupOf(view.list, tab.language)
      if (!this.#parts.join(socket, group)) {
        this.#parts.refuse(socket)
        return done(tab)
      }
      if (view.person) this.sendPerson(socket, view.person)
    }
    const { group } = tab
    if (!group) return done(tab)
    if (!this.#parts.rows.prepare(group.shown.rows, group.language, rowsInAPart)) return undefined
    this.#send(socket, group)
    return done(tab)
  }

  #send(socket: TabSocket, group: TabGroup): void {
    const { data: tab } = socket
    const { shown } = tab
    if (shown?.group === group && isPresent(shown)) return
    if (this.mustWait(socket)) return
    const grows =
      shown && sameList(shown.group, group) && isPresent(shown) && isLonger(group, shown)
    const { html } = this.#parts
    const list = grows ? html.growth(group, shown.group.shown) : html.whole(group)
    this.#parts.send(socket, html.forPerson(list, this.ownPerson(socket), group))
    tab.shown = { group, version: group.version }
  }

  #cost({ shown }: Tab, { list }: TabView): number {
    const { book } = this.#parts
    if (!list) return costOf(0, book.size, '')
    // What the tab shows already is not sent again.
    const pages = shown ? list.pages - shown.group.view.pages : list.pages
    return costOf(Math.max(1, pages) * pageSize, book.size, list.filter)
  }
}

type Shown = NonNullable<Tab['shown']>

const isPresent = ({ group, version }: Shown): boolean => group.version === version

const isLonger = (group: TabGroup, { group: shown }: Shown): boolean =>
  group.view.pages > shown.view.pages

function done(tab: Tab): true {
  tab.asking = false
  return true
}
