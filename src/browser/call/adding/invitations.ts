import type { CallNews } from '../../../page-protocol.ts'
import type { Person } from '../call-machine.ts'

/** What has become of an invitation; a refusal is the registry's code. */
export type Invitation =
  | { at: 'asking' | 'calling' | 'declined' | 'timeout' | 'left' | 'server-away' }
  | { at: 'refused'; code: string }

export type Invited = { readonly person: Person; readonly invitation: Invitation }

/** Whether it may still be answered, or taken back. */
export const isOpen = ({ at }: Invitation): boolean => at === 'asking' || at === 'calling'

type Kept = Invited & {
  tag: string
  /** Whether the call has counted it: then it is told apart from one that the call has not met yet. */
  counted: boolean
}

export type Invitations = {
  all: () => Invited[]
  has: (person: Person) => boolean
  /** Whether this call is none for that person's program: there is no use in asking again. */
  isRefusedForGood: (person: Person) => boolean
  /** Gives the tag of the wish. */
  begin: (person: Person) => string
  drop: (person: Person) => void
  dropClosed: () => void
  clear: () => void
  /** Returns the invitation that the news are about, as it is now. */
  heard: (news: CallNews) => Invited | undefined
  /** The call has these members now, and waits for these. Returns those of whom nothing more will be heard. */
  callHas: (members: readonly Person[], invited: readonly Person[]) => Invited[]
}

/** The invitations of this tab into its call, with those that came to nothing, in the order of their beginning. */
export function createInvitations(): Invitations {
  const kept = new Map<string, Kept>()
  const refused = new Set<string>()
  let begun = 0

  function become(one: Kept | undefined, invitation: Invitation): Invited | undefined {
    if (!one || !isOpen(one.invitation)) return undefined
    const changed = { ...one, invitation }
    kept.set(keyOf(one.person), changed)
    return changed
  }

  const byTag = (tag: string | undefined) => [...kept.values()].find((one) => one.tag === tag)

  return {
    all: () => [...kept.values()],
    has: (person) => kept.has(keyOf(person)),
    isRefusedForGood: (person) => refused.has(keyOf(person)),
    begin(person) {
      begun += 1
      const tag = `invite-${begun}`
      kept.set(keyOf(person), { person, tag, invitation: { at: 'asking' }, counted: false })
      return tag
    },
    drop: (person) => void kept.delete(keyOf(person)),
    dropClosed() {
      for (const [key, { invitation }] of kept) if (!isOpen(invitation)) kept.delete(key)
    },
    clear() {
      kept.clear()
      refused.clear()
    },
    heard(news) {
      switch (news.kind) {
        case 'invited':
          return become(byTag(news.tag), { at: 'calling' })
        case 'not-coming':
          return become(kept.get(keyOf(news)), { at: news.reason })
        case 'refused': {
          if (news.wish !== 'invite') return undefined
          const one = byTag(news.tag)
          if (one && news.code === 'only-two') refused.add(keyOf(one.person))
          return become(one, { at: 'refused', code: news.code })
        }
        default:
          return undefined
      }
    },
    callHas(members, invited) {
      for (const member of members) kept.delete(keyOf(member))
      const waits = new Set(invited.map(keyOf))
      const silent: Invited[] = []
      for (const [key, one] of kept) {
        if (waits.has(key)) kept.set(key, { ...one, counted: true })
        else if (one.counted) {
          const at = one.invitation.at === 'asking' ? 'server-away' : 'timeout'
          silent.push(...[become(one, { at })].filter((each) => each !== undefined))
        }
      }
      return silent
    },
  }
}

/** Unambiguous, because no name and no IP holds a comma. */
export const keyOf = ({ name, ip }: Person): string => `${name},${ip}`
