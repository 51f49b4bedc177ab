import type { CallNews, IceServer } from '../../../page-protocol.ts'
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
  const { name, ip, offers, iceServers } = news
  const person = { name, ip }
  const heard = signallingThere(state)
  const known = knownAs(heard.others, person)
  if (known) return takeBack(heard, known, person, iceServers)
  return connectTo(heard, person, { polite: !offers, iceServers }, now)
}

export function onGone(state: CallState, news: CallNews & { kind: 'gone' }, now: number): Step {
  if (!isLive(state) || !isOf(state, news.id)) return stay(state)
  const other = state.others.find(({ person }) => samePerson(person, news))
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
  const { name, ip, iceServers, offers, was } = news
  const person = { name, ip }
  switch (state.at) {
    case 'talking':
    case 'connecting':
      return onBack(signallingThere(state), person, { polite: !offers, iceServers, was }, now)
    case 'ringing-out':
    case 'answering': {
      // It was answered while the server was away from this tab.
      const { id, sending } = state
      const until = now + limits.connectMs
      return connectTo(
        { at: 'connecting', id, person, sending, until, ...nobody },
        person,
        { polite: state.at === 'answering' && !state.invitation, iceServers },
        now,
      )
    }
    default:
      return stay(state)
  }
}

/**
 * A member can be told something again, perhaps under another name or at another address: `was` says
 * whose place it has taken. In a call that was always of two it is the other end, whatever its name is
 * now.
 */
function onBack(
  state: Live,
  person: Person,
  how: { polite: boolean; iceServers: IceServer[]; was?: Person | undefined },
  now: number,
): Step {
  const { others, made } = state
  const [only] = others
  // One that is not lost is there itself: whoever else is told of has come meanwhile.
  const known = made === 1 && only?.lost ? only : knownAs(others, how.was ?? person)
  if (known) return takeBack(state, known, person, how.iceServers)
  return connectTo(state, person, how, now)
}

/** Another person may have the name of one that is there: a name alone is that of a lost member only. */
const knownAs = (others: readonly Other[], person: Person): Other | undefined =>
  others.find((other) => samePerson(other.person, person)) ??
  findOther(
    others.filter(({ lost }) => lost),
    person,
  )
