import type { ReachNews } from '../../../page-protocol.ts'
import type { CallText } from '../../../text/call-pt.ts'
import { countInTitle } from '../attention/page-title.ts'
import type { Person } from '../call-machine.ts'
import { onKept } from '../panels/kept.ts'
import { type MissedCall, missedCalls, settle } from './missed-calls.ts'
import { createMissedRow, type MissedRow } from './missed-row.ts'

export type MissedListParts = {
  t: CallText
  me: string
  call: (person: Person) => void
  /** Asks the server whether these people can be called. It answers, and again at each change. */
  askReach: (people: readonly Person[]) => void
}

export type MissedList = {
  /** The page has connected: the server knows nothing of what it asked before. */
  connected: () => void
  reach: (here: ReachNews['reach']) => void
}

/** The missed calls above the list of people, a row for each person; and their number in the title. */
export function createMissedList({ t, me, call, askReach }: MissedListParts): MissedList {
  const section = document.getElementById('missed')
  const list = document.getElementById('missed-list')
  const dismissAll = document.getElementById('missed-dismiss-all')
  const rows = new Map<string, MissedRow>()
  let asked: string[] = []
  let reachable: ReachNews['reach'] | undefined

  function show(): void {
    const calls = missedCalls(me)
    countInTitle(calls.length)
    if (!section || !list || !dismissAll) return
    const byPerson = Map.groupBy(calls, keyOf)
    const hadFocus = section.contains(document.activeElement)
    for (const [key, row] of rows) {
      if (byPerson.has(key)) continue
      row.element.remove()
      rows.delete(key)
    }
    const shown = [...byPerson].map(([key, ofPerson]) => showRow(key, ofPerson))
    // Rows that stand rightly are not moved: that would take the focus from them.
    for (const [at, { element }] of shown.entries()) {
      if (list.children[at] !== element) list.insertBefore(element, list.children[at] ?? null)
    }
    section.hidden = shown.length === 0
    dismissAll.hidden = shown.length < 2
    if (hadFocus && !section.contains(document.activeElement)) (shown[0] ?? main).focus()
    ask([...byPerson.values()].flatMap(([first]) => first ?? []))
  }

  function showRow(key: string, calls: MissedCall[]): MissedRow {
    const row = rows.get(key) ?? createMissedRow(t, call)
    rows.set(key, row)
    row.show(calls, whyNot(key))
    return row
  }

  function whyNot(key: string): string | undefined {
    if (!reachable) return ''
    const here = reachable.find((person) => keyOf(person) === key)
    if (!here) return t.notHereNow
    if (!here.ready) return t.takesNoCalls
    return here.busy ? t.inAnotherCall : undefined
  }

  function ask(people: readonly MissedCall[]): void {
    const keys = people.map(keyOf)
    if (keys.length === asked.length && keys.every((key) => asked.includes(key))) return
    asked = keys
    askReach(people.map(({ name, ip }) => ({ name, ip })))
  }

  dismissAll?.addEventListener('click', () => settle(missedCalls(me).map(({ id }) => id)))
  onKept(show)
  show()
  return {
    connected() {
      asked = []
      show()
    },
    reach(here) {
      reachable = here
      show()
    },
  }
}

const main = { focus: () => document.getElementById('main')?.focus() }

/** Unambiguous, because no name and no IP holds a comma. */
const keyOf = ({ name, ip }: Person): string => `${name},${ip}`
