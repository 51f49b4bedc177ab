import type { WebLimit } from '../../../log/log.ts'
import type { Histogram } from '../../../metrics/histogram.ts'
import type { PersonChange as Change } from '../../book/people-book.ts'
import type { TabGroup, TabSocket, TabView } from '../tab.ts'
import type { Shown } from './list-group.ts'
import type { ListHtml } from './list-html.tsx'
import { ListViews, rowsInAPart, type ViewParts } from './list-views.ts'
import { TabGroups } from './tab-groups.ts'

export type UpdateParts = Omit<ViewParts, 'groupOf' | 'join' | 'refuse'> & {
  now: () => number
  /** A session did more than it may. */
  onLimit: (limit: WebLimit, ip: string) => void
  /** How long changes were on their way to the tabs. */
  updateSeconds?: Histogram
  limits: UpdateLimits
}

/** Times are in milliseconds. */
export type UpdateLimits = Readonly<{
  /** After a change, others that follow at once go out with it. */
  gatherMs: number
  /** Between two updates of one view at least. */
  updateMs: number
  /** Between two spoken announcements of one view at least. */
  announceMs: number
  /** Tabs of one session that filter at a time: for each the process keeps a list of its own. */
  filtersPerSession: number
}>

export const defaultUpdateLimits: UpdateLimits = {
  gatherMs: 20,
  updateMs: 60,
  announceMs: 5_000,
  filtersPerSession: 8,
}

/** Bytes per millisecond that one tab is sent at most, on average: a burst costs updates, not bandwidth. */
const bytesPerMs = 20

/** The key of all of them among the turns: of the groups that one session made none is its own. */
const updates = 'updates'

/** Tabs that are sent something in one part of the work. */
const tabsInAPart = 32

/**
 * What tabs show of the people, kept true. What changes is worked out and rendered once for all
 * tabs with the same view and language; a tab that begins to show a view gets it whole first.
 *
 * Longer than other files: when a change goes to which tabs is one state.
 */
export class ListUpdates {
  readonly #parts: UpdateParts
  readonly #html: ListHtml
  readonly #views: ListViews
  readonly #groups: TabGroups
  readonly #tabs = new Set<TabSocket>()
  readonly #changedPeople = new Set<string>()
  /** Of which the groups have not heard yet. */
  #changes: Change[] = []
  /** When the first of them came. */
  #changedAt = 0
  #timer: Timer | undefined
  #timerAt = Number.POSITIVE_INFINITY

  constructor(parts: UpdateParts) {
    this.#parts = parts
    this.#groups = new TabGroups(parts.book, parts.limits.filtersPerSession)
    this.#html = parts.html
    this.#views = new ListViews({
      ...parts,
      groupOf: (view, language) => {
        // A new group begins with the book as it is: what came before is for the others.
        if (!this.#groups.has(view, language)) this.#handOut()
        return this.#groups.of(view, language)
      },
      join: (socket, group) => this.#groups.join(socket, group),
      refuse: (socket) => this.#refuse(socket),
    })
  }

  /** The book changed. */
  changed(change: Change): void {
    // No tab looks: one that does later is shown everything.
    if (this.#tabs.size === 0) return
    if (this.#changes.length === 0) this.#changedAt = this.#parts.now()
    this.#changes.push(change)
    this.#changedPeople.add(personKey(change.person))
    this.#flushSoon(this.#parts.limits.gatherMs)
  }

  /** The book was replaced as a whole. */
  replaced(): void {
    this.#changes = []
    for (const group of this.#groups.all) group.noteReplaced()
    for (const { data } of this.#tabs) {
      if (data.view?.person) this.#changedPeople.add(personKey(data.view.person))
    }
    this.#flushSoon(this.#parts.limits.gatherMs)
  }

  /** Shows a tab its view, whole; or what a longer view adds, where it only grew. */
  show(socket: TabSocket, view: TabView): void {
    const { data: tab } = socket
    const grew = (tab.view?.list?.pages ?? 0) < (view.list?.pages ?? 0)
    if (!grew) tab.shown = undefined
    tab.view = view
    this.#tabs.add(socket)
    this.#views.show(socket)
  }

  /** The tab has read what it was sent. */
  catchUp(socket: TabSocket): void {
    if (this.#tabs.has(socket)) this.#views.catchUp(socket)
  }

  /** For a tab that is not shown anything. */
  sayTooManyTabs(socket: TabSocket): void {
    this.#parts.send(socket, this.#html.tooManyTabs(socket.data.language))
  }

  /** The tab is closed. */
  drop(socket: TabSocket): void {
    this.#tabs.delete(socket)
    this.#views.drop(socket)
    this.#groups.join(socket, undefined)
  }

  stop(): void {
    clearTimeout(this.#timer)
  }

  #refuse(socket: TabSocket): void {
    this.#parts.onLimit('filters', socket.data.ip)
    this.sayTooManyTabs(socket)
    // After this code a page does not dial again (RFC 6455, section 7.4.1).
    socket.close(1008)
  }

  #handOut(): void {
    const changes = this.#changes
    if (changes.length === 0) return
    this.#changes = []
    const since = this.#changedAt
    for (const group of this.#groups.all) group.hear(changes, since)
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
    this.#handOut()
    const time = this.#parts.now()
    let next = Number.POSITIVE_INFINITY
    for (const group of this.#groups.all) {
      if (!group.updating && group.hasHeard && group.quietUntil <= time) this.#update(group)
      // What it hears of during an update it looks at after that, and what is to be announced may go with it.
      if (group.updating) continue
      if (group.hasHeard) next = Math.min(next, group.quietUntil)
      if (this.#mayAnnounce(group)) this.#announce(group)
      else if (group.unannounced) next = Math.min(next, group.silentUntil)
    }
    this.#tellOfPeople()
    if (next < Number.POSITIVE_INFINITY) this.#flushSoon(Math.max(1, next - time))
  }

  /** Brings all tabs of a group to the present, in its turn and in parts. */
  #update(group: TabGroup): void {
    group.updating = true
    let send: (() => true | undefined) | undefined
    let since: number | undefined
    this.#parts.turns.add(updates, () => {
      this.#handOut()
      // All its tabs have left: nobody looks any more.
      if (group.tabs.size === 0) return true
      if (!send) {
        const heardSince = group.take()
        since ??= heardSince
        if (!group.dirty) send = () => true
        else if (!this.#prepare(group)) return undefined
        else send = this.#sendUpdate(group)
      }
      if (!send()) return undefined
      this.#sent(since)
      group.updating = false
      if (group.hasHeard || group.unannounced) this.#flushSoon(this.#parts.limits.gatherMs)
      return true
    })
  }

  #sent(since: number | undefined): void {
    if (since === undefined) return
    this.#parts.updateSeconds?.observe((this.#parts.now() - since) / 1000)
  }

  #prepare(group: TabGroup): boolean {
    return this.#parts.rows.prepare(group.peek().rows, group.language, rowsInAPart)
  }

  #sendUpdate(group: TabGroup): () => true | undefined {
    const { replaced } = group
    const before: Shown = group.update()
    const change = this.#html.change(group, before, replaced)
    const { touched } = change
    // One message is sent in half the time of two.
    const html = change.html + (this.#mayAnnounce(group) ? this.#announcement(group) : '')
    const pause = Math.max(this.#parts.limits.updateMs, html.length / bytesPerMs)
    group.quietUntil = this.#parts.now() + pause
    const now = { group, version: group.version }
    return this.#toTabs(group.tabs, (socket) => {
      const { shown } = socket.data
      // A tab that does not show what came before this is shown the view whole.
      if (shown?.group !== group || shown.version !== group.version - 1) return
      if (this.#views.mustWait(socket)) return
      const own = this.#views.ownPerson(socket)
      const isTouched = own !== undefined && touched.has(own)
      this.#parts.send(socket, isTouched ? this.#html.forPerson(html, own, group) : html)
      socket.data.shown = now
    })
  }

  #mayAnnounce(group: TabGroup): boolean {
    return group.unannounced && group.silentUntil <= this.#parts.now()
  }

  #announcement(group: TabGroup): string {
    group.silentUntil = this.#parts.now() + this.#parts.limits.announceMs
    return this.#html.announcement(group)
  }

  /** What came and went since the last announcement, where no update will say it. */
  #announce(group: TabGroup): void {
    const html = this.#announcement(group)
    const send = this.#toTabs(group.tabs, (socket) => this.#tell(socket, html))
    this.#parts.turns.add(updates, send)
  }

  /** Tells the tabs that look at one of the people who changed. */
  #tellOfPeople(): void {
    if (this.#changedPeople.size === 0) return
    const looking = [...this.#tabs].filter(({ data: { view } }) => {
      return view?.person && this.#changedPeople.has(personKey(view.person))
    })
    this.#changedPeople.clear()
    if (looking.length === 0) return
    const send = this.#toTabs(looking, (socket) => {
      const { view } = socket.data
      if (view?.person && !this.#views.mustWait(socket)) {
        this.#views.sendPerson(socket, view.person)
      }
    })
    this.#parts.turns.add(updates, send)
  }

  /** News that is worth nothing later: a tab that reads too slowly does without. */
  #tell(socket: TabSocket, html: string): void {
    if (socket.getBufferedAmount() === 0) this.#parts.send(socket, html)
  }

  /** Work that sends to all tabs that are there now, in parts. */
  #toTabs(tabs: Iterable<TabSocket>, send: (socket: TabSocket) => void): () => true | undefined {
    const all = [...tabs]
    let next = 0
    return () => {
      for (const socket of all.slice(next, next + tabsInAPart)) {
        if (this.#tabs.has(socket)) send(socket)
      }
      next += tabsInAPart
      return next >= all.length || undefined
    }
  }
}

const personKey = ({ name, ip }: { name: string; ip: string }) => `${name},${ip}`
