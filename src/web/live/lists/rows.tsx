/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { RowContent, rowAround } from '../../../../views/people.tsx'
import { type Language, languages } from '../../../text/languages.ts'
import type { Person } from '../../book/people-book.ts'

type Rendered = Partial<Record<Language | `${Language} mine`, string>>

/**
 * The people as rows of HTML. What a row holds is rendered once for each language, for all lists that
 * show it, and forgotten with its person: a person that looks different is another `Person` in the book.
 */
export class Rows {
  readonly #known = new WeakMap<Person, Rendered>()
  readonly #base: string

  /** `base` is the path that all of ours begin with. */
  constructor(base = '') {
    this.#base = base
  }

  /** Renders up to `most` rows that were not yet; says whether all are there now. */
  prepare(people: readonly Person[], language: Language, most: number): boolean {
    let left = most
    for (const person of people) {
      if (this.#known.get(person)?.[language] !== undefined) continue
      if (left === 0) return false
      left -= 1
      this.#content(person, language)
    }
    return true
  }

  /** `arriving`: they were not here before. `mine`: the row of the person that looks. */
  html(
    people: readonly Person[],
    language: Language,
    { arriving = false, mine }: { arriving?: boolean; mine?: Person | undefined } = {},
  ): string {
    return people
      .map((person) =>
        person === mine
          ? this.mine(person, language)
          : rowAround(person, this.#content(person, language), { arriving }),
      )
      .join('')
  }

  /** The row as its own person sees it. */
  mine(person: Person, language: Language): string {
    const rendered = this.#rendered(person)
    rendered[`${language} mine`] ??= String(
      <RowContent t={languages[language]} base={this.#base} row={person} mine />,
    )
    return rowAround(person, rendered[`${language} mine`] ?? '', { mine: true })
  }

  /**
   * HTML of a list that was made for everybody, as that person sees it: with their own row marked, if it is
   * there. Marked in a message of its own, it would stand in the list for as long as that takes, and what is
   * below would go down and come up again.
   */
  marked(html: string, person: Person, language: Language): string {
    const content = this.#content(person, language)
    const mine = () => this.mine(person, language)
    return html
      .replace(rowAround(person, content), mine)
      .replace(rowAround(person, content, { arriving: true }), mine)
  }

  #content(person: Person, language: Language): string {
    const rendered = this.#rendered(person)
    rendered[language] ??= String(
      <RowContent t={languages[language]} base={this.#base} row={person} mine={false} />,
    )
    return rendered[language] ?? ''
  }

  #rendered(person: Person): Rendered {
    const known = this.#known.get(person)
    if (known) return known
    const rendered: Rendered = {}
    this.#known.set(person, rendered)
    return rendered
  }
}
