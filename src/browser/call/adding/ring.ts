import type { CallText } from '../../../text/call-pt.ts'
import { isolated } from '../../../text/isolated.ts'
import type { Person } from '../call-machine.ts'
import { block, say, sayWithNames } from '../panels/elements.ts'
import { inWords } from './names.ts'

/** A call that rings here: who calls and, where that is an invitation, who else is in the call. */
type Ring = { person: Person; others?: readonly Person[] | undefined }

const namesOf = ({ person, others = [] }: Ring): string[] =>
  [person, ...others].map(({ name }) => name)

/** What rings, with those names, which may be marked. */
const wordsOf =
  (t: CallText, { others }: Ring) =>
  ([name = '', ...withNames]: readonly string[]): string => {
    if (!others) return t.ringingIn(name)
    return withNames.length === 0 ? t.invites(name) : t.invitesWith(name, inWords(t, withNames))
  }

/** In the dialog that asks whether to answer. */
export function showRing(t: CallText, ring: Ring): void {
  sayWithNames(block('call-ringing-title'), wordsOf(t, ring), namesOf(ring))
  const addresses = ring.others ? t.addressesIfJoined : t.addressesIfAnswered
  say(block('call-ringing-addresses'), addresses)
}

/** The same for places that take text alone. */
export const ringText = (t: CallText, ring: Ring): string =>
  wordsOf(t, ring)(namesOf(ring).map(isolated))
