import { maxNameCharacters, parseName } from '../../wire/name.ts'

/** How many people of the same name one address may have before no other is suggested. */
const maxNamesakes = 999

/**
 * The same name with the first free number behind it: "Ana 2". `undefined` where there is none.
 * A number that the name ends with already is counted on.
 */
export function freeName(taken: string, isTaken: (name: string) => boolean): string | undefined {
  const [, base = taken] = /^(.*\S) \d{1,3}$/u.exec(taken) ?? []
  for (let number = 2; number <= maxNamesakes; number += 1) {
    const suffix = ` ${number}`
    const room = maxNameCharacters - suffix.length
    const name = parseName(cut(base, room).trimEnd() + suffix)
    if (name.ok && !isTaken(name.value)) return name.value
  }
}

/** So many characters at most, and no letter in half: what looks like one may be several characters. */
function cut(text: string, characters: number): string {
  let kept = ''
  let left = characters
  for (const { segment } of new Intl.Segmenter().segment(text)) {
    left -= [...segment].length
    if (left < 0) break
    kept += segment
  }
  return kept
}
