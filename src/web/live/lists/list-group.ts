import type { Announced, Crowd } from '../../../../views/live.tsx'
import { type ListView, maxPages } from '../../../../views/people.tsx'
import type { Language } from '../../../text/languages.ts'
import { fold, type PeopleBook, type Person, type PersonChange } from '../../book/people-book.ts'
import type { SortedList } from '../../book/sorted-list.ts'

/** Rows in a page of the list. */
export const pageSize = 50

/** What a list shows at one moment. */
export type Shown = { rows: readonly Person[]; matching: number; total: number; more: boolean }

export type Difference = {
  removed: readonly string[]
  /** Rows that stay where they are but look different. */
  changed: readonly Person[]
  /** Consecutive new rows, and the row that they follow; at the start of the list without one. */
  inserted: readonly { after: string | undefined; rows: readonly Person[] }[]
  belowChanged: boolean
}

/** What a view shows of the book right now. */
export function showView(
  book: PeopleBook,
  view: ListView,
  matching = matchingOf(book, view),
): Shown {
  const start = (view.start - 1) * pageSize
  const end = start + Math.min(view.pages, maxPages) * pageSize
  return {
    rows: matching.slice(start, end),
    matching: matching.length,
    total: book.size,
    more: matching.length > end,
  }
}

function matchingOf(book: PeopleBook, view: ListView): SortedList<Person> {
  const sorted = book.sorted(view.order)
  if (view.filter === '') return sorted
  const wanted = fold(view.filter)
  // Of "Adriana" and "Ana", a person that asks for "ana" most likely means the second.
  return sorted.filter(
    (person) => person.folded.includes(wanted),
    (person) => person.folded === `${wanted} ${person.ip}`,
  )
}

/**
 * How to get from what was shown to what is: rows that stay keep their order among each other,
 * so the new ones are runs that each follow a row that stays.
 */
export function differenceOf(before: Shown, after: Shown): Difference {
  const wasThere = new Map(before.rows.map((person) => [person.id, person]))
  const isThere = new Set(after.rows.map(({ id }) => id))
  const inserted: { after: string | undefined; rows: Person[] }[] = []
  const changed: Person[] = []
  let last: string | undefined
  let run: Person[] | undefined
  for (const person of after.rows) {
    if (wasThere.has(person.id)) {
      last = person.id
      run = undefined
      if (wasThere.get(person.id) !== person) changed.push(person)
    } else if (run) {
      run.push(person)
    } else {
      run = [person]
      inserted.push({ after: last, rows: run })
    }
  }
  return {
    removed: before.rows.filter(({ id }) => !isThere.has(id)).map(({ id }) => id),
    changed,
    inserted,
    belowChanged:
      before.more !== after.more ||
      (before.matching === 0) !== (after.matching === 0) ||
      before.total <= 1 !== after.total <= 1 ||
      (before.total === 0) !== (after.total === 0),
  }
}

/**
 * All tabs that look at the list in the same way and language. What they show is the same, so
 * that every update is worked out and rendered once for all of them. `Follower` is the tab.
 */
export class ListGroup<Follower = unknown> {
  readonly key: string
  readonly view: ListView
  readonly language: Language
  readonly #book: PeopleBook
  readonly #wanted: string
  #matching: SortedList<Person>
  #shown: Shown
  #version = 0
  readonly #heard: (readonly PersonChange[])[] = []
  #heardSince: number | undefined
  readonly tabs = new Set<Follower>()
  /** No update before this moment, in milliseconds. */
  quietUntil = 0
  dirty = false
  /** An update is on its way to the tabs. */
  updating = false
  /** The book was replaced: rows have new ids, and a difference means nothing. */
  replaced = false
  /** The whole view, rendered, until something changes. */
  whole: string | undefined
  /** No announcement before this moment, in milliseconds. */
  silentUntil = 0
  #announced: { joined: Crowd | undefined; left: Crowd | undefined } | undefined

  constructor(book: PeopleBook, view: ListView, language: Language) {
    this.key = groupKey(view, language)
    this.view = view
    this.language = language
    this.#book = book
    this.#wanted = fold(view.filter)
    this.#matching = matchingOf(book, view)
    this.#shown = showView(book, view, this.#matching)
  }

  /** What its tabs are told. */
  get shown(): Shown {
    return this.#shown
  }

  /** Goes up with `shown`. */
  get version(): number {
    return this.#version
  }

  /** These changes of the book, of which the first came at `since`, are to be looked at in the group's turn. */
  hear(changes: readonly PersonChange[], since?: number): void {
    this.#heard.push(changes)
    this.#heardSince ??= since
  }

  /** Whether there is something to look at. */
  get hasHeard(): boolean {
    return this.dirty || this.#heard.length > 0
  }

  /** Looks at what it heard of. Says when the first of it came that its tabs are to be shown. */
  take(): number | undefined {
    const heard = this.#heard.splice(0)
    for (const changes of heard) for (const change of changes) this.#note(change)
    const since = this.#heardSince
    this.#heardSince = undefined
    return this.dirty ? since : undefined
  }

  /** Whether somebody came or went that was not announced yet. */
  get unannounced(): boolean {
    return this.#announced !== undefined
  }

  /** The people that came and went since the last time. */
  takeAnnouncement(): Announced | undefined {
    const announced = this.#announced
    this.#announced = undefined
    return announced
  }

  noteReplaced(): void {
    this.#heard.length = 0
    this.#matching = matchingOf(this.#book, this.view)
    this.dirty = true
    this.replaced = true
  }

  /** What `shown` will be. */
  peek(): Shown {
    return showView(this.#book, this.view, this.#matching)
  }

  /** Moves on to the present; gives what was shown before. */
  update(): Shown {
    const before = this.#shown
    this.#shown = this.peek()
    this.#version += 1
    this.dirty = false
    this.replaced = false
    this.whole = undefined
    return before
  }

  #note(change: PersonChange): void {
    const { kind, person } = change
    // A person that the filter hides shows only in the count of all.
    const matches = this.#wanted === '' || person.folded.includes(this.#wanted)
    this.dirty ||= matches || kind !== 'changed'
    if (!matches) return
    // Without a filter it is the book's own list, which has changed already.
    if (this.#wanted !== '') {
      if (change.kind === 'changed') this.#matching.remove(change.before)
      if (change.kind === 'left') this.#matching.remove(person)
      else this.#matching.add(person)
    }
    if (kind === 'changed') return
    this.#announced ??= { joined: undefined, left: undefined }
    this.#announced[kind] ??= { count: 0, first: person.name }
    this.#announced[kind].count += 1
  }
}

export const groupKey = (view: ListView, language: Language): string =>
  `${language} ${view.order} ${view.start} ${view.pages} ${fold(view.filter)}`

/** Whether they show the same list, from the same row on. */
export const sameList = (a: ListGroup, b: ListGroup): boolean =>
  a.language === b.language &&
  a.view.filter === b.view.filter &&
  a.view.order === b.view.order &&
  a.view.start === b.view.start
