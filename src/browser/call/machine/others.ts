import type { IceServer } from '../../../page-protocol.ts'
import { type Person, samePerson } from './person.ts'

/** Another member of the call that this tab has. */
export type Other = {
  /** The same as long as this member stays, whatever its name and its address become. */
  readonly key: string
  readonly person: Person
  /** The server's name for its stay in the call. */
  readonly visit: string | undefined
  /** `connecting` until something has flowed for the first time. */
  readonly link: 'connecting' | 'up' | 'broken'
  /** Since when the link is not up. */
  readonly downAt: number
  readonly channelClosed: boolean
  /**
   * Whether the registry has lost this member; `perhaps` while this tab was away. It counts only once
   * the link is broken too.
   */
  readonly lost: false | 'perhaps' | 'yes'
  /** Since when it is `perhaps`: the server may yet say that it is there. */
  readonly doubtedAt?: number
}

/** Somebody whom this tab invites. After `until` nothing will be heard of it. */
export type Invited = { readonly person: Person; readonly tag: string; readonly until: number }

/** Who is in the call beside this tab, the oldest first. */
export type Members = {
  readonly others: readonly Other[]
  readonly invited: readonly Invited[]
  /** How many there have been, for the next key. */
  readonly made: number
  /** When to say again what a refused signal was about. */
  readonly againAt?: number | undefined
}

export type Connect = {
  do: 'connect'
  id: string
  key: string
  person: Person
  polite: boolean
  iceServers: IceServer[]
}

export const nobody: Members = { others: [], invited: [], made: 0 }

/** Whoever comes is not invited any more. */
export function withNew(
  members: Omit<Members, 'againAt'>,
  { person, visit }: Pick<Other, 'person' | 'visit'>,
  now: number,
): Members & { key: string } {
  const key = String(members.made)
  const other: Other = {
    ...{ key, person, visit, link: 'connecting', downAt: now, channelClosed: false, lost: false },
  }
  return {
    others: [...members.others, other],
    invited: withoutInvited(members.invited, person),
    made: members.made + 1,
    key,
  }
}

export const withoutInvited = (invited: readonly Invited[], person: Person): Invited[] =>
  invited.filter((each) => !samePerson(each.person, person))

export const withOther = (others: readonly Other[], changed: Other): Other[] =>
  others.map((each) => (each.key === changed.key ? changed : each))

/** Without that one. Where nothing flows from any other, these get their time from now on. */
export function withoutOther(others: readonly Other[], gone: Other, now: number): Other[] {
  const rest = others.filter(({ key }) => key !== gone.key)
  const isSilent = rest.every(({ link }) => link !== 'up')
  return isSilent ? rest.map((each) => ({ ...each, downAt: now })) : rest
}

/**
 * Whom a name and an IP are about. A member may have come back from another address: then its name has
 * to be the name of no other one.
 */
export function findOther(others: readonly Other[], person: Person): Other | undefined {
  const exact = others.find((each) => samePerson(each.person, person))
  if (exact) return exact
  const named = others.filter((each) => each.person.name === person.name)
  return named.length === 1 ? named[0] : undefined
}
