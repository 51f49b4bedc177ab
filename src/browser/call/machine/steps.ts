import type { CallWish, IceServer } from '../../../page-protocol.ts'
import { type Farewell, farewellSignal } from '../farewell.ts'
import { type Connect, type Other, withNew, withOther, withoutOther } from './others.ts'
import { type Person, samePerson } from './person.ts'
import {
  type Call,
  type CallState,
  type Effect,
  type Live,
  limits,
  type Outcome,
  type Step,
} from './state.ts'

export const stay = (state: CallState, ...effects: Effect[]): Step => ({ state, effects })

export const send = (wish: CallWish): Effect => ({ do: 'send', wish })

export const hangUpOf = (id: string): Effect => send({ kind: 'hangup', id })

export const release: Effect = { do: 'release' }

export function over(state: CallState, outcome: Outcome, ...effects: Effect[]): Step {
  if (state.at === 'idle' || state.at === 'over') return stay(state)
  return { state: { at: 'over', person: state.person, outcome }, effects: [...effects, release] }
}

/** That member is gone. With the last one the call is over, with that outcome. */
export function without(state: Live, gone: Other, outcome: Outcome, now: number): Step {
  if (state.others.length === 1) return over(state, outcome, hangUpOf(state.id))
  const others = withoutOther(state.others, gone, now)
  return stay(knowing({ ...state, others }), { do: 'disconnect', key: gone.key })
}

/** Ends a call that nobody hung up, and lets the others know why it is over. */
export function giveUp(state: Live, farewell: Farewell, outcome: Outcome): Step {
  const { id } = state
  const payload = farewellSignal(farewell)
  const signals = state.others.map(({ person: to }) => send({ kind: 'signal', id, payload, to }))
  return over(state, outcome, ...signals, hangUpOf(id))
}

/** Speaks of the call by its oldest other member. */
export const knowing = <State extends Live>(state: State): State => ({
  ...state,
  person: state.others[0]?.person ?? state.person,
})

export const withChanged = (state: Live, changed: Other): Live =>
  knowing({ ...state, others: withOther(state.others, changed) })

/** Somebody of whom the server tells, and how to connect to it. */
export type Told = {
  person: Person
  visit: string | undefined
  polite: boolean
  iceServers: IceServer[]
}

/** In place of `known`, or of an earlier stay of the same person: that connection is of no use any more. */
export function connectTo(state: Live, told: Told, now: number, known?: Other): Step {
  const { person, polite, iceServers } = told
  const before = known ?? state.others.find((other) => samePerson(other.person, person))
  const rest = before ? withoutOther(state.others, before, now) : state.others
  const { key, ...members } = withNew({ ...state, others: rest }, told, now)
  const connect: Connect = { do: 'connect', id: state.id, key, person, polite, iceServers }
  const gone: Effect[] = before ? [{ do: 'disconnect', key: before.key }] : []
  return stay(knowing({ ...state, ...members }), ...gone, connect)
}

/** The registry knows that member again, perhaps by another name or address. */
export function takeBack(state: Live, known: Other, told: Told): Step {
  const { person, iceServers, visit = known.visit } = told
  const back = withChanged(state, { ...known, person, visit, lost: false })
  return stay(back, { do: 'signalling-back', key: known.key, iceServers })
}

/** The registry speaks of this call as of one that it has. */
export function signallingThere(state: Live): Live {
  if (state.at !== 'talking') return state
  const { resumeAt: _, ...rest } = state
  return { ...rest, signalling: 'there', pauseMs: limits.resumeMs }
}

/** Says that this tab has the call, to a server that may have forgotten it or taken it for left. */
export const resume = ({ id, person: { name, ip } }: Call): Effect =>
  send({ kind: 'resume', id, name, ip })

/**
 * The server gives this tab a call that it ended, or took back before the call had an id. It ends
 * the call again, so that the other end does not wait for it.
 */
export const notMine = (state: CallState, id: string): Step => stay(state, hangUpOf(id))
