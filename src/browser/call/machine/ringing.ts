import type { CallNews } from '../../../page-protocol.ts'
import { nobody } from './others.ts'
import {
  type Asked,
  type CallState,
  isLive,
  isOf,
  limits,
  type Ringing,
  type Sending,
  type Step,
} from './state.ts'
import { connectTo, hangUpOf, notMine, over, release, send, stay } from './steps.ts'

const isDone = ({ done = [] }: CallState, id: string): boolean => done.includes(id)

/** The wish that this tab waits to be answered, if it is the one with that tag. */
function askedBy(state: CallState, tag: string | undefined): Asked | undefined {
  const asked = state.at === 'asking' ? state : state.at === 'ringing-in' ? state.asked : undefined
  return asked?.tag === tag ? asked : undefined
}

export function onRinging(
  state: CallState,
  news: CallNews & { kind: 'ringing' },
  now: number,
): Step {
  const { id, name, ip, direction, others } = news
  if (isDone(state, id)) return notMine(state, id)
  const person = { name, ip }
  const ringsUntil = now + news.ringsForMs
  const ringing: Ringing = { ringsUntil, until: ringsUntil + limits.lateMs }
  if (isOf(state, id)) {
    // Told again after the server was away, which may have missed the answer.
    if (state.at === 'answering') return stay(state, send({ kind: 'accept', id }))
    const rings = state.at === 'ringing-in' || state.at === 'ringing-out'
    return stay(rings ? { ...state, ...ringing } : state)
  }
  if (direction === 'out') {
    const asked = askedBy(state, news.tag)
    if (!asked) return notMine(state, id)
    return stay({ at: 'ringing-out', id, person, sending: asked.sending, ...ringing })
  }
  const incoming = {
    at: 'ringing-in',
    id,
    person,
    ...ringing,
    ...(others ? { others } : {}),
  } as const
  if (state.at === 'asking') {
    // The registry makes one call of two that cross; it says which by `accepted`.
    const { tag, sending, until } = state
    const asked = { tag, person: state.person, sending, until }
    const same = state.person.name === name && state.person.ip === ip
    return same ? stay({ ...incoming, asked }) : stay(incoming, release)
  }
  // A call that is connected may go on without the registry.
  if (isLive(state)) return stay(state)
  // One end has one call at a time: of the one before the end was told while the socket was lost.
  return state.at === 'idle' || state.at === 'over' ? stay(incoming) : stay(incoming, release)
}

export function onAccepted(
  state: CallState,
  news: CallNews & { kind: 'accepted' },
  now: number,
): Step {
  const { id, name, ip, visit, polite, iceServers, tag, invitation } = news
  if (isLive(state) && isOf(state, id)) return stay(state)
  const sending = isDone(state, id) ? undefined : wantedFor(state, id, tag)
  if (!sending) {
    // Theirs rings here, and the registry took for its answer a wish that this tab has taken back.
    const rings = isOf(state, id) && state.at === 'ringing-in'
    return rings ? over(state, { kind: 'missed' }, hangUpOf(id)) : notMine(state, id)
  }
  const person = { name, ip }
  const until = now + limits.connectMs
  const connecting = { at: 'connecting', id, person, sending, until, ...nobody } as const
  // Of those that are there, the inviter too, `member` tells.
  if (invitation) return stay(connecting)
  return connectTo(connecting, { person, visit, polite, iceServers }, now)
}

/** What this tab wants to send in that call; `undefined` where it does not want that call. */
function wantedFor(state: CallState, id: string, tag: string | undefined): Sending | undefined {
  if (isOf(state, id) && (state.at === 'ringing-out' || state.at === 'answering')) {
    return state.sending
  }
  return askedBy(state, tag)?.sending
}

export function onCallRefused(
  state: CallState,
  { code, tag }: CallNews & { kind: 'refused' },
): Step {
  if (!askedBy(state, tag)) return stay(state)
  if (state.at === 'ringing-in') return stay(withoutAsked(state), release)
  return over(state, code === 'busy' ? { kind: 'busy' } : { kind: 'refused', code })
}

export function withoutAsked(state: CallState & { at: 'ringing-in' }): CallState {
  const { asked: _, ...rest } = state
  return rest
}
