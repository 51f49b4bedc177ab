import type { CallNews, IceServer, Member } from '../../page-protocol.ts'

/** What a person has to do with a call, beside this browser. */
type Standing =
  /** `offers`: of the two, this browser makes the offers. */
  | ({ is: 'there'; offers: boolean } & Visit)
  /** This browser invites that person; `until` by the clock of the parts. */
  | { is: 'invited'; until: number; tag: string | undefined }
  | ({ is: 'gone'; reason: GoneReason } & Visit)
  | { is: 'not-coming'; reason: Extract<CallNews, { kind: 'not-coming' }>['reason'] }

type GoneReason = Extract<CallNews, { kind: 'gone' }>['reason']

/**
 * One stay of a person in the call, by whatever names and addresses, also while its connection is lost.
 * One that is `older` began before this server knew of it.
 */
export type Visit = { visit: string; older: boolean }

type Known = { member: Member; standing: Standing }

/** Of those that are in the call no more, or never came. A tab that was away for seconds has missed few. */
const maxAbsent = 16

/**
 * Who is in a call, the oldest first, who is invited, and who went. A tab that lost its socket is told
 * all of it again.
 */
export class CallPeople {
  #known: Known[] = []

  came(member: Member, offers: boolean): Visit {
    const visit = { visit: crypto.randomUUID(), older: false }
    this.#set(member, { is: 'there', offers, ...visit })
    return visit
  }

  /**
   * Somebody can be told something again. `was` is the member whose place it has taken; without that it
   * may be one that was lost, or one of whom nothing is known. `offersIfNew` is for one that was not there.
   */
  returned(member: Member, offersIfNew: boolean, was?: Member): Visit & { offers: boolean } {
    const before = this.#exactly(was ?? member) ?? (was ? undefined : this.#lost(member.name))
    const now = before?.standing
    const offers = now?.is === 'there' ? now.offers : offersIfNew
    const goesOn = now?.is === 'there' || (now?.is === 'gone' && now.reason === 'lost')
    const { visit, older } = goesOn ? now : { visit: crypto.randomUUID(), older: true }
    this.#set(member, { is: 'there', offers, visit, older }, before)
    return { offers, visit, older }
  }

  invited(member: Member, until: number, tag: string | undefined): void {
    this.#set(member, { is: 'invited', until, tag })
  }

  /** This browser has taken its invitation back. */
  uninvited(member: Member): void {
    const known = this.#exactly(member)
    if (known?.standing.is === 'invited') this.#known = this.#known.filter((each) => each !== known)
  }

  /** Gives the visit, if any was known. */
  gone(member: Member, reason: GoneReason): string | undefined {
    const now = this.#exactly(member)?.standing
    const isKnown = now?.is === 'there' || now?.is === 'gone'
    const { visit, older } = isKnown ? now : { visit: crypto.randomUUID(), older: true }
    this.#set(member, { is: 'gone', reason, visit, older })
    return isKnown ? visit : undefined
  }

  notComing(member: Member, reason: Extract<Standing, { is: 'not-coming' }>['reason']): void {
    this.#set(member, { is: 'not-coming', reason })
  }

  /** For a tab that may have missed some of it. */
  news(id: string, now: number, iceServers: IceServer[]): CallNews[] {
    return this.#known.map((known) => newsOf(known, id, now, iceServers))
  }

  /** In place of `before`, or of what was known of that person. */
  #set(member: Member, standing: Standing, before = this.#exactly(member)): void {
    const known: Known = { member: { name: member.name, ip: member.ip }, standing }
    const same = this.#exactly(member)
    const rest = this.#known.filter((each) => each === before || each !== same)
    const stays = before?.standing.is === 'there' && standing.is === 'there'
    this.#known = stays
      ? rest.map((each) => (each === before ? known : each))
      : [...rest.filter((each) => each !== before), known]
    const absent = this.#known.filter(isAbsent)
    if (absent.length <= maxAbsent) return
    this.#known = this.#known.filter((each) => each !== absent[0])
  }

  /** The one of that name that was lost: its place is kept for its name. */
  #lost(name: string): Known | undefined {
    const [lost, another] = this.#known.filter(
      ({ member, standing }) =>
        member.name === name && standing.is === 'gone' && standing.reason === 'lost',
    )
    return another ? undefined : lost
  }

  #exactly({ name, ip }: Member): Known | undefined {
    return this.#known.find(({ member }) => member.name === name && member.ip === ip)
  }
}

function newsOf({ member, standing }: Known, id: string, now: number, ice: IceServer[]): CallNews {
  const of = { id, ...member }
  switch (standing.is) {
    case 'there':
      return {
        kind: 'resumed',
        ...of,
        iceServers: ice,
        ...visitOf(standing),
        offers: standing.offers,
      }
    case 'invited':
      return { kind: 'invited', ...of, ringsForMs: restMs(standing.until, now), tag: standing.tag }
    case 'gone':
      return { kind: 'gone', ...of, visit: standing.visit, reason: standing.reason }
    case 'not-coming':
      return { kind: 'not-coming', ...of, reason: standing.reason }
  }
}

/** For a tab. Most are not older. */
export const visitOf = ({ visit, older }: Visit): { visit: string; older?: true } =>
  older ? { visit, older } : { visit }

const isAbsent = ({ standing: { is } }: Known): boolean => is === 'gone' || is === 'not-coming'

/** The rest of a time that something rings, by the clock of the parts. */
export const restMs = (until: number, now: number): number => Math.max(0, Math.round(until - now))
