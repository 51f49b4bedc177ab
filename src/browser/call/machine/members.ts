import type { CallNews } from '../../../page-protocol.ts'
import { readFarewell } from '../farewell.ts'
import { findOther, nobody, type Other, withoutInvited } from './others.ts'
import { type Person, samePerson } from './person.ts'
import { type CallState, isLive, isOf, type Live, limits, type Step } from './state.ts'
import {
  connectTo,
  notMine,
  signallingThere,
  stay,
  takeBack,
  withChanged,
  without,
} from './steps.ts'

export function onSignal(
  state: CallState,
  { id, payload, from }: CallNews & { kind: 'signal' },
  now: number,
): Step {
  if (!isLive(state) || state.id !== id) return stay(state)
  const { others, made } = state
  // Also one that this tab has let go may still be a member for the registry.
  const other = from && made > 1 ? knownAs(others, from) : others[0]
  if (!other) return stay(state)
  const farewell = readFarewell(payload)
  if (!farewell) return stay(state, { do: 'receive', key: other.key, payload })
  return without(
    state,
    other,
    { kind: farewell === 'not-set-up' ? 'not-set-up-there' : farewell },
    now,
  )
}

/** Somebody is in the call: came just now, or was there when this tab came. */
export function onMember(state: CallState, news: CallNews & { kind: 'member' }, now: number): Step {
  if (!isLive(state) || !isOf(state, news.id)) return stay(state)
  const { name, ip, visit, offers, iceServers } = news
  const told = { person: { name, ip }, visit, polite: !offers, iceServers }
  const heard = signallingThere(state)
  const known = visit === undefined ? knownAs(heard.others, told.person) : inVisit(heard, visit)
  return known ? takeBack(heard, known, told) : connectTo(heard, told, now)
}

export function onGone(state: CallState, news: CallNews & { kind: 'gone' }, now: number): Step {
  if (!isLive(state) || !isOf(state, news.id)) return stay(state)
  const other =
    inVisit(state, news.visit) ?? state.others.find(({ person }) => samePerson(person, news))
  if (!other) return stay(state)
  if (news.reason !== 'lost') {
    return without(state, other, { kind: news.reason === 'left' ? 'left' : 'hung-up' }, now)
  }
  if (other.link === 'connecting' || other.channelClosed) {
    return without(state, other, { kind: 'lost' }, now)
  }
  // Sound and picture may go on without the registry.
  return stay(withChanged(state, { ...other, lost: 'yes' }))
}

export function onInvited(
  state: CallState,
  news: CallNews & { kind: 'invited' },
  now: number,
): Step {
  if (!isLive(state) || !isOf(state, news.id)) return stay(state)
  const until = now + news.ringsForMs + limits.lateMs
  const invited = state.invited.map((each) => (each.tag === news.tag ? { ...each, until } : each))
  return stay({ ...state, invited })
}

export const uninvited = (state: Live, person: Person): Live => ({
  ...state,
  invited: withoutInvited(state.invited, person),
})

export function onResumed(
  state: CallState,
  news: CallNews & { kind: 'resumed' },
  now: number,
): Step {
  if (!isOf(state, news.id)) return notMine(state, news.id)
  const { name, ip, visit, iceServers } = news
  const person = { name, ip }
  switch (state.at) {
    case 'talking':
    case 'connecting':
      return onBack(signallingThere(state), news, now)
    case 'ringing-out':
    case 'answering': {
      // It was answered while the server was away from this tab.
      const { id, sending } = state
      const until = now + limits.connectMs
      const polite = state.at === 'answering' && !state.invitation
      return connectTo(
        { at: 'connecting', id, person, sending, until, ...nobody },
        { person, visit, polite, iceServers },
        now,
      )
    }
    default:
      return stay(state)
  }
}

/** A member can be told something again, perhaps under another name or at another address. */
function onBack(state: Live, news: CallNews & { kind: 'resumed' }, now: number): Step {
  const { name, ip, visit, older, iceServers, offers } = news
  const told = { person: { name, ip }, visit, polite: !offers, iceServers }
  const mayBeAnother = visit === undefined || older
  const known =
    inVisit(state, visit) ?? (mayBeAnother ? knownBefore(state, told.person) : undefined)
  // The other end has closed what there was: it had given this one up, and connects anew as well.
  if (!known || known.channelClosed) return connectTo(state, told, now, known)
  return takeBack(state, known, told)
}

const inVisit = ({ others }: Live, visit: string | undefined): Other | undefined =>
  visit === undefined ? undefined : others.find((other) => other.visit === visit)

/**
 * The server does not know by which name this tab knew that person. In a call that was always of two it
 * is the other end, whatever its name is now. One that is not lost is there itself: then somebody else
 * has come.
 */
function knownBefore({ others, made }: Live, person: Person): Other | undefined {
  const [only] = others
  return made === 1 && only?.lost ? only : knownAs(others, person)
}

/** Another person may have the name of one that is there: a name alone is that of a lost member only. */
const knownAs = (others: readonly Other[], person: Person): Other | undefined =>
  others.find((other) => samePerson(other.person, person)) ??
  findOther(
    others.filter(({ lost }) => lost),
    person,
  )
