import type { CallText } from '../../../text/call-pt.ts'
import type { Person } from '../call-machine.ts'
import { block, element, say } from '../panels/elements.ts'

export type FreePeople = {
  /** Asks the server for the list as it is now. */
  refresh: () => void
  /** Leaves out those that are not to be offered any more, or offers them again. */
  mark: () => void
  clear: () => void
  show: (shown: boolean) => void
  focusSearch: () => void
  /** On the person's own row, or else on the search. */
  focus: (person: Person) => void
}

/** The people that can be added, as the server last told of them, and the search among them. */
export function createFreePeople(
  t: CallText,
  { add, isOffered }: { add: (person: Person) => void; isOffered: (person: Person) => boolean },
): FreePeople {
  const form = element('call-add-form', HTMLFormElement)
  const field = element('call-add-field', HTMLInputElement)
  const people = block('call-add-people')
  let hadFocus = false
  let typed = false

  const rows = () => people.querySelectorAll<HTMLElement>('[data-add-name]')

  function mark(): void {
    for (const row of rows()) {
      const person = personOf(row)
      row.hidden = person === undefined || !isOffered(person)
    }
  }

  const hasFocus = () => people.querySelector(':focus') !== null

  function focus(person: Person): void {
    const row = [...rows()].find((each) => {
      const its = personOf(each)
      return its?.name === person.name && its.ip === person.ip && !each.hidden
    })
    ;(row?.querySelector('button') ?? field).focus()
  }

  people.addEventListener('click', ({ target }) => {
    const pressed = target instanceof Element ? target.closest('button') : null
    const row = pressed?.closest<HTMLElement>('[data-add-name]')
    const person = row && personOf(row)
    if (person) add(person)
  })
  form.addEventListener('input', () => {
    typed = true
  })
  form.addEventListener('htmx:before:swap', () => {
    hadFocus = hasFocus()
  })
  form.addEventListener('htmx:after:swap', () => {
    mark()
    // The person of the row that had it is not free any more.
    if (hadFocus && !hasFocus()) field.focus()
    // Said once for each search, not whenever somebody comes or goes.
    const count = people.querySelector<HTMLElement>('[data-count]')?.dataset.count
    if (typed && count !== undefined) say(block('call-say'), t.addFound(Number(count)))
    typed = false
  })

  return {
    refresh: () => void form.dispatchEvent(new CustomEvent('refresh')),
    mark,
    clear() {
      field.value = ''
      typed = false
    },
    show(shown) {
      form.hidden = !shown
      people.hidden = !shown
    },
    focusSearch: () => field.focus(),
    focus,
  }
}

function personOf({ dataset }: HTMLElement): Person | undefined {
  const { addName: name, addIp: ip } = dataset
  return name !== undefined && ip !== undefined ? { name, ip } : undefined
}
