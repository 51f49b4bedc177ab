/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import {
  Announcement,
  ListAsOf,
  ListChange,
  PersonChange,
  TooManyTabs,
  WholeList,
} from '../../../../views/live.tsx'
import { type ListView, People, type PersonRowProps } from '../../../../views/people.tsx'
import { formatEndpoint } from '../../../endpoint.ts'
import { type Language, languages } from '../../../text/languages.ts'
import type { Person } from '../../book/people-book.ts'
import { differenceOf, type ListGroup, type Shown } from './list-group.ts'
import type { Rows } from './rows.tsx'

/** Characters of a whole list that are kept until it changes. A longer one is made again from its rows. */
const maxKept = 64 * 1024

/** One look at the list, for a page that does not follow it. */
export type Look = { view: ListView; shown: Shown; language: Language; mine: Person | undefined }

/** The list as HTML: on a page, and what tabs are sent of it for htmx to swap in. */
export class ListHtml {
  readonly #rows: Rows
  readonly #base: string

  /** `base` is the path that all of ours begin with. */
  constructor(rows: Rows, base = '') {
    this.#rows = rows
    this.#base = base
  }

  /** For a page that shows nothing yet. */
  onPage(look: Look, own: PersonRowProps): string {
    return String(<People {...this.#look(look)} own={own} />)
  }

  /** For a page that shows another view, or an older one. */
  inPlace(look: Look): string {
    return String(<ListAsOf {...this.#look(look)} />)
  }

  whole(group: ListGroup): string {
    if (group.whole !== undefined) return group.whole
    const rows = this.#rows.html(group.shown.rows, group.language)
    const html = String(<WholeList {...this.#props(group)} rows={rows} />)
    if (html.length <= maxKept) group.whole = html
    return html
  }

  /** From `before` to what the group shows now. Also says whose rows are new or look different. */
  change(group: ListGroup, before: Shown, wasReplaced: boolean) {
    const difference = differenceOf(before, group.shown)
    const touched = [...difference.changed, ...difference.inserted.flatMap(({ rows }) => rows)]
    const inserted = touched.length - difference.changed.length
    if (wasReplaced || inserted > group.shown.rows.length / 2 + 2) {
      return { html: this.whole(group), touched: new Set(group.shown.rows) }
    }
    return { html: this.#difference(group, difference), touched: new Set(touched) }
  }

  /** What a tab lacks that shows the same list, but less of it. */
  growth(group: ListGroup, before: Shown): string {
    const difference = differenceOf(before, group.shown)
    return this.#difference(group, { ...difference, belowChanged: true })
  }

  announcement(group: ListGroup): string {
    const announced = group.takeAnnouncement() ?? { joined: undefined, left: undefined }
    return String(<Announcement t={languages[group.language]} announced={announced} />)
  }

  /** `html` of that group for the tab of one person, if they are here: their own row is marked as theirs. */
  forPerson(html: string, own: Person | undefined, { language }: ListGroup): string {
    return own ? this.#rows.marked(html, own, language) : html
  }

  /** For a tab that is not shown anything: in the banner of a page whose connection closes. */
  tooManyTabs(language: Language): string {
    return String(<TooManyTabs t={languages[language]} />)
  }

  /** `person` is missing where they are not here; `isMe`, since nobody calls oneself. */
  person(
    { name, ip }: { name: string; ip: string },
    person: Person | undefined,
    isMe: boolean,
    language: Language,
  ): string {
    const callAddress = person && formatEndpoint({ ip, port: person.callPort })
    const change = { t: languages[language], name, ip, callAddress }
    return String(<PersonChange {...change} reach={isMe ? undefined : person} />)
  }

  #difference(
    group: ListGroup,
    { removed, changed, inserted, belowChanged }: ReturnType<typeof differenceOf>,
  ): string {
    const { language } = group
    // Rows of a list that only grew longer were here before; then what is below changed.
    const arriving = !belowChanged
    const change = {
      removed,
      changed: changed.map((row) => ({ id: row.id, html: this.#rows.html([row], language) })),
      inserted: inserted.map(({ after, rows }) => ({
        after,
        html: this.#rows.html(rows, language, { arriving }),
      })),
      belowChanged,
    }
    return String(<ListChange {...this.#props(group)} {...change} />)
  }

  #look({ view, shown, language, mine }: Look) {
    const rows = this.#rows.html(shown.rows, language, { mine })
    return { ...this.#props({ view, shown, language }), rows, asOf: Date.now() }
  }

  #props({ view, shown, language }: Omit<Look, 'mine'>) {
    const { matching, total, more } = shown
    return {
      t: languages[language],
      view,
      matching,
      total,
      more,
      base: this.#base,
    }
  }
}
