import type { CallText } from '../../../text/call-pt.ts'
import type { Grade, Sample } from '../connection/quality.ts'
import { block, isolatedName, say } from './elements.ts'

type Followed = { name: string; samples: readonly Sample[]; grade: Grade }

export const trip = (ms: number): string => `${Math.round(ms)} ms`
export const percent = (value: number): string => `${value.toFixed(1)} %`
export const rate = (kbps: number): string =>
  kbps < 1_000 ? `${Math.round(kbps)} kbit/s` : `${(kbps / 1_000).toFixed(1)} Mbit/s`

type Row = { item: HTMLElement; grade: HTMLElement; numbers: HTMLElement; choice: HTMLInputElement }

export type QualityMembers = {
  /** Whose plots are shown. */
  chosen: () => string | undefined
  show: (members: ReadonlyMap<string, Followed>) => void
  /** One of them has a new sample. */
  tell: (key: string, member: Followed) => void
}

/** All connections of a call of several, and the choice of the one that is looked at. */
export function createQualityMembers(t: CallText, onChoice: () => void): QualityMembers {
  let shown: ReadonlyMap<string, Followed> = new Map()
  const rows = new Map<string, Row>()
  let chosen: string | undefined
  let made = 0

  function rowOf(key: string, name: string): Row {
    made += 1
    const id = `call-quality-member-${made}`
    const item = document.createElement('div')
    const choice = document.createElement('input')
    const label = document.createElement('label')
    const grade = document.createElement('span')
    const numbers = document.createElement('p')
    item.className = 'call-members__one'
    grade.className = 'call-members__grade'
    numbers.className = 'hint'
    numbers.id = `${id}-numbers`
    Object.assign(choice, { type: 'radio', name: 'call-quality-member', id })
    choice.setAttribute('aria-describedby', numbers.id)
    choice.addEventListener('change', () => {
      chosen = key
      onChoice()
    })
    label.htmlFor = id
    label.append(isolatedName(name), ' ', grade)
    item.append(choice, label, numbers)
    return { item, grade, numbers, choice }
  }

  function fill(row: Row, { samples, grade }: Followed): void {
    row.item.dataset.grade = grade
    say(row.grade, t.grades[grade])
    const last = samples.at(-1)
    say(row.numbers, last ? numbersOf(t, last) : '–')
  }

  function showTotal(): void {
    const sent = [...shown.values()].map(({ samples }) => samples.at(-1)?.kbpsOut ?? 0)
    const total = sent.reduce((sum, kbps) => sum + kbps, 0)
    say(block('call-quality-total'), t.sentInAll(rate(total)))
  }

  return {
    chosen: () => chosen,
    show(members) {
      const before = shown
      shown = new Map(members)
      if (chosen === undefined || !shown.has(chosen)) chosen = shown.keys().next().value
      block('call-quality-several').hidden = shown.size < 2
      // A row that stays keeps the focus on it.
      for (const [key, { item }] of rows) {
        if (shown.get(key)?.name === before.get(key)?.name) continue
        item.remove()
        rows.delete(key)
      }
      for (const [key, member] of shown) {
        const row = rows.get(key) ?? rowOf(key, member.name)
        if (!rows.has(key)) block('call-quality-members').append(row.item)
        rows.set(key, row)
        row.choice.checked = key === chosen
        fill(row, member)
      }
      showTotal()
    },
    tell(key, member) {
      const row = rows.get(key)
      if (row) fill(row, member)
      showTotal()
    },
  }
}

function numbersOf(t: CallText, sample: Sample): string {
  const { roundTripMs, lossIn = 0, lossOut = 0, kbpsIn, kbpsOut } = sample
  return t.connectionNumbers({
    trip: roundTripMs === undefined ? '–' : trip(roundTripMs),
    loss: percent(Math.max(lossIn, lossOut) * 100),
    received: rate(kbpsIn),
    sent: rate(kbpsOut),
  })
}
