import {
  Announcement,
  ListChange,
  OwnRow,
  PersonChange,
  TooManyTabs,
  WholeList,
} from '../../views/live.tsx'
import { formatEndpoint } from '../endpoint.ts'
import { languages } from '../text/languages.ts'
import type { WayIn } from '../way-in.ts'
import { differenceOf, groupKey, ListGroup } from './list-group.ts'
import type { PersonChange as Change, PeopleBook, Person } from './people-book.ts'
import type { TabSocket, TabView } from './tab.ts'

export type UpdateParts = {
  book: PeopleBook
  registry: WayIn
  /** Sends to every tab of a group. */
  publish: (topic: string, html: string) => void
  now: () => number
  limits: UpdateLimits
}

/** All in milliseconds. */
export type UpdateLimits = Readonly<{
  /** After a change, others that follow at once go out with it. */
  gatherMs: number
  /** Between two updates of one view at least. */
  updateMs: number
  /** Between two spoken announcements of one view at least. */
  announceMs: number
}>

export const defaultUpdateLimits: UpdateLimits = {
  gatherMs: 20,
  updateMs: 60,
  announceMs: 5_000,
}

/** Bytes per millisecond that one tab is sent at most, on average: a burst costs updates, not bandwidth. */
const bytesPerMs = 20

/**
 * What tabs show of the people, kept true. What changes is worked out and rendered once for all
 * tabs with the same view and language; whoever shows a view gets it whole first.
 */
export class ListUpdates {
  readonly #parts: UpdateParts
  readonly #groups = new Map<string, ListGroup>()
  readonly #tabs = new Set<TabSocket>()
  readonly #changedPeople = new Set<string>()
  #timer: Timer | undefined
  #timerAt = Number.POSITIVE_INFINITY

  constructor(parts: UpdateParts) {
    this.#parts = parts
  }

  /** The book changed. */
  changed(change: Change): void {
    // Nobody looks: whoever does later is shown everything.
    if (this.#tabs.size === 0) return
    for (const group of this.#groups.values()) group.note(change)
    this.#changedPeople.add(personKey(change.person))
    this.#flushSoon(this.#parts.limits.gatherMs)
  }

  /** The book was replaced as a whole. */
  replaced(): void {
    for (const group of this.#groups.values()) group.noteReplaced()
    for (const { data } of this.#tabs) {
      if (data.view?.person) this.#changedPeople.add(personKey(data.view.person))
    }
    this.#flushSoon(this.#parts.limits.gatherMs)
  }

  /** Shows a tab its view, whole; or what a longer view adds, where it only grew. */
  show(socket: TabSocket, view: TabView, grew = false): void {
    const { data: tab } = socket
    this.#tabs.add(socket)
    const before = tab.group
    const group = view.list && this.#group(view.list, tab.language)
    this.#join(socket, group)
    if (view.person) this.#sendPerson(socket, view.person)
    if (!group) return
    if (group.dirty) this.#update(group)
    const html =
      grew && before && sameList(before, group) ? this.#growth(before, group) : this.#whole(group)
    socket.send(html)
    this.#markOwn(group, socket)
  }

  /** For a tab that is not shown anything: in the banner of a page whose connection closes. */
  sayTooManyTabs(socket: TabSocket): void {
    socket.send(String(<TooManyTabs t={languages[socket.data.language]} />))
  }

  /** The tab is closed. */
  drop(socket: TabSocket): void {
    this.#tabs.delete(socket)
    this.#join(socket, undefined)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #group(view: NonNullable<TabView['list']>, language: keyof typeof languages): ListGroup {
    const known = this.#groups.get(groupKey(view, language))
    if (known) return known
    const group = new ListGroup(this.#parts.book, view, language)
    this.#groups.set(group.key, group)
    return group
  }

  #join(socket: TabSocket, group: ListGroup | undefined): void {
    const before = socket.data.group
    if (before === group) return
    socket.data.group = group
    if (group) {
      group.tabs.add(socket)
      socket.subscribe(group.key)
    }
    if (!before) return
    before.tabs.delete(socket)
    if (socket.readyState === WebSocket.OPEN) socket.unsubscribe(before.key)
    if (before.tabs.size === 0) this.#groups.delete(before.key)
  }

  #flushSoon(milliseconds: number): void {
    const at = this.#parts.now() + milliseconds
    if (at >= this.#timerAt) return
    clearTimeout(this.#timer)
    this.#timerAt = at
    this.#timer = setTimeout(() => this.#flush(), milliseconds)
  }

  #flush(): void {
    this.#timerAt = Number.POSITIVE_INFINITY
    const time = this.#parts.now()
    let next = Number.POSITIVE_INFINITY
    for (const group of this.#groups.values()) {
      if (group.dirty && group.quietUntil <= time) this.#update(group)
      else if (group.dirty) next = Math.min(next, group.quietUntil)
      if (!group.unannounced) continue
      if (group.silentUntil <= time) this.#announce(group)
      else next = Math.min(next, group.silentUntil)
    }
    this.#tellOfPeople()
    if (next < Number.POSITIVE_INFINITY) this.#flushSoon(Math.max(1, next - time))
  }

  /** Brings all tabs of a group to the present. */
  #update(group: ListGroup): void {
    const { replaced } = group
    const before = group.update()
    const difference = differenceOf(before, group.shown)
    const inserted = difference.inserted.reduce((sum, { rows }) => sum + rows.length, 0)
    const mostly = replaced || inserted > group.shown.rows.length / 2 + 2
    const html = mostly
      ? this.#whole(group)
      : String(<ListChange {...this.#props(group)} {...difference} />)
    this.#parts.publish(group.key, html)
    const pause = Math.max(this.#parts.limits.updateMs, html.length / bytesPerMs)
    group.quietUntil = this.#parts.now() + pause
    if (inserted + difference.changed.length > 0) this.#markOwners(group, mostly ? [] : before.rows)
  }

  #announce(group: ListGroup): void {
    const announced = group.takeAnnouncement()
    if (!announced) return
    group.silentUntil = this.#parts.now() + this.#parts.limits.announceMs
    const t = languages[group.language]
    this.#parts.publish(group.key, String(<Announcement t={t} announced={announced} />))
  }

  #whole(group: ListGroup): string {
    group.whole ??= String(<WholeList {...this.#props(group)} rows={group.shown.rows} />)
    return group.whole
  }

  /** What a tab lacks that shows the same list, but less of it. */
  #growth(before: ListGroup, group: ListGroup): string {
    const difference = differenceOf(before.shown, group.shown)
    return String(<ListChange {...this.#props(group)} {...difference} belowChanged />)
  }

  #props(group: ListGroup) {
    const { matching, total, more } = group.shown
    const { registry } = this.#parts
    const t = languages[group.language]
    return { t, view: group.view, mine: undefined, matching, total, more, registry }
  }

  /** Marks their own rows for those whose row this update has brought. */
  #markOwners(group: ListGroup, before: readonly Person[]): void {
    const known = new Set(before)
    for (const socket of group.tabs) {
      const own = this.#own(socket)
      if (own && !known.has(own)) this.#markOwn(group, socket)
    }
  }

  #markOwn(group: ListGroup, socket: TabSocket): void {
    const own = this.#own(socket)
    if (!own || !group.shown.rows.includes(own)) return
    socket.send(String(<OwnRow t={languages[group.language]} row={own} />))
  }

  #own({ data }: TabSocket): Person | undefined {
    return data.session && this.#parts.book.find(data.session.me.name, data.session.me.ip)
  }

  #tellOfPeople(): void {
    if (this.#changedPeople.size === 0) return
    for (const socket of this.#tabs) {
      const person = socket.data.view?.person
      if (person && this.#changedPeople.has(personKey(person))) this.#sendPerson(socket, person)
    }
    this.#changedPeople.clear()
  }

  #sendPerson(socket: TabSocket, { name, ip }: { name: string; ip: string }): void {
    const person = this.#parts.book.find(name, ip)
    const t = languages[socket.data.language]
    const callAddress = person && formatEndpoint({ ip, port: person.callPort })
    // Nobody calls oneself.
    const reach = person === this.#own(socket) ? undefined : person
    const change = { t, name, ip, callAddress, reach }
    socket.send(String(<PersonChange {...change} />))
  }
}

const personKey = ({ name, ip }: { name: string; ip: string }) => `${name},${ip}`

const sameList = (a: ListGroup, b: ListGroup): boolean =>
  a.language === b.language &&
  a.view.filter === b.view.filter &&
  a.view.order === b.view.order &&
  a.view.start === b.view.start
