import type { CallText } from '../../../text/call-pt.ts'

/** So many are named; of more than one further the number is said. */
const named = 2

/** Names as a list in the words of the page: "Bia and Cris", "Bia, Cris and 2 more". */
export function inWords(t: CallText, names: readonly string[]): string {
  const short = names.length > named + 1
  const items = short ? [...names.slice(0, named), t.andMore(names.length - named)] : names
  return new Intl.ListFormat(document.documentElement.lang).format(items)
}

/** The call that one has, by the names of the others in it. */
export const callTitle =
  (t: CallText) =>
  (names: readonly string[]): string =>
    t.inCallWith(inWords(t, names))
