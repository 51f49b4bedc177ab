/**
 * The rules of one call in one tab. Longer than other files, since each rule is read against all
 * the others: what happened, to a call in which state.
 */
import type { CallEnding, CallNews, CallWish, IceServer } from '../../page-protocol.ts'
import { type Farewell, farewellSignal, readFarewell } from './farewell.ts'

/** The other end of a call, as the directory knows it. */
export type Person = { name: string; ip: string }

/** What this person wants to send from the start; more can be added in the call. */
export type Sending = 'video' | 'audio'

export type Outcome =
  | { kind: 'declined' | 'busy' | 'no-answer' | 'cancelled' }
  | { kind: 'missed' | 'declined-here' | 'elsewhere' }
  | { kind: 'hung-up' | 'hung-up-here' | 'left' | 'failed' | 'lost' | 'server-away' }
  /** Another connection of this person has taken this end's place. */
  | { kind: 'moved' }
  /** What threw here while the connection was set up. */
  | { kind: 'not-set-up'; why: string }
  | { kind: 'not-set-up-there' }
  /** The registry's code, where none of the others says it better. */
  | { kind: 'refused'; code: string }

/** What a call that rings or runs knows of itself. */
type Call = { id: string; person: Person }

/** A wish to call somebody that the registry has not answered; its call has no id yet. */
type Asked = { tag: string; person: Person; sending: Sending; until: number }

export type CallState = Moment & {
  /**
   * Calls that this tab has ended itself, the latest last. News of them may still be on the way,
   * and must not bring them back.
   */
  done?: readonly string[]
}

type Moment =
  | { at: 'idle' }
  | (Asked & { at: 'asking' })
  | (Call & { at: 'ringing-out'; sending: Sending } & Ringing)
  /** `asked` is set where this tab asked for the same person at the same moment. */
  | (Call & { at: 'ringing-in'; asked?: Asked } & Ringing)
  | (Call & { at: 'answering'; sending: Sending; until: number })
  | (Call & { at: 'connecting'; sending: Sending; until: number })
  | (Call & Talk & { at: 'talking' })
  | { at: 'over'; person: Person; outcome: Outcome }

/** The registry ends it at `ringsUntil`; this tab gives up at `until`, if it is told nothing. */
type Ringing = { ringsUntil: number; until: number }

type Talk = {
  since: number
  /** Since when nothing flows, if nothing does. */
  brokenAt?: number
  /** `lost` means that the registry knows nothing of this call until both ends have resumed it. */
  signalling: 'there' | 'away' | 'lost'
  /** When to ask the registry again to take the call up, and how long to wait after a refusal. */
  resumeAt?: number
  pauseMs: number
  channelClosed: boolean
}

export type CallEvent =
  | { from: 'server'; news: CallNews }
  /** The tab's WebSocket, with which all news travel. */
  | { from: 'server'; link: 'here' | 'away' }
  | { from: 'peer'; told: 'connected' | 'broken' | 'failed' | 'bye' | 'channel-closed' }
  /** Something threw while the connection was set up. */
  | { from: 'engine'; threw: string }
  /** `tag` is another one for each wish of this tab. */
  | { from: 'person'; does: 'call'; person: Person; sending: Sending; tag: string }
  /** Pressed to call a person who is shown to be in a call. */
  | { from: 'person'; does: 'find-busy'; person: Person }
  | { from: 'person'; does: 'accept'; sending: Sending }
  | { from: 'person'; does: 'decline' | 'hang-up' | 'dismiss' }
  /** The moment that `deadlineOf` named has come. */
  | { from: 'clock' }

export type Effect =
  | { do: 'send'; wish: CallWish }
  /** Open the microphone and, for `video`, the camera. */
  | { do: 'open-media'; sending: Sending }
  | { do: 'connect'; id: string; person: Person; polite: boolean; iceServers: IceServer[] }
  | { do: 'receive'; payload: string }
  /** Signals may have been lost; from here on they get through. */
  | { do: 'signalling-back'; iceServers?: IceServer[] }
  /** Tell the other end by the data channel that this is over. */
  | { do: 'say-bye' }
  /** Close everything that this call has opened. */
  | { do: 'release' }

export type Step = { state: CallState; effects: Effect[] }

export const limits = {
  /** For the registry's answer to a wish. */
  askMs: 8_000,
  /** For the two ends to find a way to each other. */
  connectMs: 30_000,
  /** After the server is back, for it to tell of the call that rings. */
  tellMs: 4_000,
  /** After the time of ringing, for the registry's word on it. */
  lateMs: 3_000,
  /** Without anything flowing, before a call is lost. */
  brokenMs: 20_000,
  /** The same, where the other end is known to have left the registry too. */
  leftMs: 8_000,
  /** Before `resume` is repeated: the other end may only be a moment behind; then ever longer. */
  resumeMs: 1_000,
  resumeMaxMs: 30_000,
}

/** How many calls are remembered as ended: news are late by seconds, not by calls. */
const maxDone = 16

/** What is true of one call in this tab, and what to do about an event. */
export function step(state: CallState, event: CallEvent, now: number): Step {
  const next = react(state, event, now)
  const { done = [] } = state
  const ended = next.effects.flatMap(endedBy).filter((id) => !done.includes(id))
  if (next.state === state && ended.length === 0) return next
  const all = [...done, ...ended].slice(-maxDone)
  return { ...next, state: { ...next.state, ...(all.length > 0 ? { done: all } : {}) } }
}

const endedBy = (effect: Effect): string[] =>
  effect.do === 'send' && (effect.wish.kind === 'hangup' || effect.wish.kind === 'decline')
    ? [effect.wish.id]
    : []

function react(state: CallState, event: CallEvent, now: number): Step {
  if (event.from === 'server') {
    return 'news' in event ? onNews(state, event.news, now) : onLink(state, event.link, now)
  }
  if (event.from === 'person') return onPerson(state, event, now)
  if (event.from === 'peer') return onPeer(state, event.told, now)
  if (event.from === 'engine') return onThrown(state, event.threw)
  return onClock(state, now)
}

/** When to `step` with the clock's event at the latest. */
export function deadlineOf(state: CallState): number | undefined {
  switch (state.at) {
    case 'idle':
    case 'over':
      return undefined
    case 'talking':
      return earliest(lostAt(state), state.resumeAt)
    default:
      return state.until
  }
}

const earliest = (...moments: (number | undefined)[]): number | undefined => {
  const known = moments.filter((moment) => moment !== undefined)
  return known.length > 0 ? Math.min(...known) : undefined
}

const lostAt = ({ brokenAt, signalling }: Talk): number | undefined =>
  brokenAt === undefined
    ? undefined
    : brokenAt + (signalling === 'lost' ? limits.leftMs : limits.brokenMs)

const stay = (state: CallState, ...effects: Effect[]): Step => ({ state, effects })

const send = (wish: CallWish): Effect => ({ do: 'send', wish })
const hangUpOf = (id: string): Effect => send({ kind: 'hangup', id })

function over(state: CallState, outcome: Outcome, ...effects: Effect[]): Step {
  if (state.at === 'idle' || state.at === 'over') return stay(state)
  return { state: { at: 'over', person: state.person, outcome }, effects: [...effects, release] }
}

const release: Effect = { do: 'release' }

/** Whether this event is about the call that this tab has. */
const isOf = (state: CallState, id: string): state is Exclude<CallState, { id?: never }> & Call =>
  'id' in state && state.id === id

const isDone = ({ done = [] }: CallState, id: string): boolean => done.includes(id)

/** The wish that this tab waits to be answered, if it is the one with that tag. */
function askedBy(state: CallState, tag: string | undefined): Asked | undefined {
  const asked = state.at === 'asking' ? state : state.at === 'ringing-in' ? state.asked : undefined
  return asked?.tag === tag ? asked : undefined
}

/**
 * The server gives this tab a call that it ended, or took back before the call had an id. It ends
 * the call again, so that the other end does not wait for it.
 */
const notMine = (state: CallState, id: string): Step => stay(state, hangUpOf(id))

function onNews(state: CallState, news: CallNews, now: number): Step {
  switch (news.kind) {
    case 'ringing':
      return onRinging(state, news, now)
    case 'accepted':
      return onAccepted(state, news, now)
    case 'refused':
      return onRefused(state, news, now)
    case 'servers':
    case 'missed':
    case 'invited':
    case 'not-coming':
    case 'member':
    case 'gone':
      // Of interest to the connection alone, or to the list of missed calls.
      return stay(state)
    case 'signal':
      return onSignal(state, news)
    case 'resumed':
      return onResumed(state, news, now)
    case 'elsewhere':
      if (!isOf(state, news.id) || isLive(state)) return stay(state)
      return over(state, { kind: 'elsewhere' })
    case 'declined':
      if (!isOf(state, news.id) || isLive(state)) return stay(state)
      return over(state, { kind: 'declined' })
    case 'ended':
      return isOf(state, news.id) ? onEnded(state, news.reason) : stay(state)
  }
}

const isLive = (state: CallState): boolean => state.at === 'connecting' || state.at === 'talking'

function onSignal(state: CallState, news: CallNews & { kind: 'signal' }): Step {
  if (!isOf(state, news.id)) return stay(state)
  const farewell = isLive(state) ? readFarewell(news.payload) : undefined
  if (!farewell) return stay(state, { do: 'receive', payload: news.payload })
  const kind = farewell === 'not-set-up' ? 'not-set-up-there' : farewell
  return over(state, { kind }, hangUpOf(news.id))
}

function onRinging(state: CallState, news: CallNews & { kind: 'ringing' }, now: number): Step {
  const { id, name, ip, direction, tag } = news
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
    const asked = askedBy(state, tag)
    if (!asked) return notMine(state, id)
    return stay({ at: 'ringing-out', id, person, sending: asked.sending, ...ringing })
  }
  const incoming = { at: 'ringing-in', id, person, ...ringing } as const
  if (state.at === 'asking') {
    // The registry makes one call of two that cross; it says which by `accepted`.
    const { at: _, done: __, ...asked } = state
    const same = state.person.name === name && state.person.ip === ip
    return same ? stay({ ...incoming, asked }) : stay(incoming, release)
  }
  // A call that is connected may go on without the registry.
  if (isLive(state)) return stay(state)
  // One end has one call at a time: of the one before the end was told while the socket was lost.
  return state.at === 'idle' || state.at === 'over' ? stay(incoming) : stay(incoming, release)
}

function onAccepted(state: CallState, news: CallNews & { kind: 'accepted' }, now: number): Step {
  const { id, name, ip, polite, iceServers, tag } = news
  if (isLive(state) && isOf(state, id)) return stay(state)
  const sending = isDone(state, id) ? undefined : wantedFor(state, id, tag)
  if (!sending) {
    // Theirs rings here, and the registry took for its answer a wish that this tab has taken back.
    const rings = isOf(state, id) && state.at === 'ringing-in'
    return rings ? over(state, { kind: 'missed' }, hangUpOf(id)) : notMine(state, id)
  }
  const person = { name, ip }
  return {
    state: { at: 'connecting', id, person, sending, until: now + limits.connectMs },
    effects: [{ do: 'connect', id, person, polite, iceServers }],
  }
}

/** What this tab wants to send in that call; `undefined` where it does not want that call. */
function wantedFor(state: CallState, id: string, tag: string | undefined): Sending | undefined {
  if (isOf(state, id) && (state.at === 'ringing-out' || state.at === 'answering')) {
    return state.sending
  }
  return askedBy(state, tag)?.sending
}

function onRefused(state: CallState, news: CallNews & { kind: 'refused' }, now: number): Step {
  if (news.wish === 'call') return onCallRefused(state, news)
  if (!isOf(state, news.id ?? '')) return stay(state)
  if (news.wish === 'accept' && state.at === 'answering') {
    return over(
      state,
      news.code === 'unknown-call' ? { kind: 'missed' } : { kind: 'refused', code: news.code },
    )
  }
  if (news.wish === 'resume' && state.at === 'talking') {
    return stay({ ...state, resumeAt: now + state.pauseMs })
  }
  // A signal that did not get through is made up for as after an absence of the server.
  if (news.wish === 'signal' && news.code === 'too-fast')
    return stay(state, { do: 'signalling-back' })
  return stay(state)
}

function onCallRefused(state: CallState, { code, tag }: CallNews & { kind: 'refused' }): Step {
  if (!askedBy(state, tag)) return stay(state)
  if (state.at === 'ringing-in') return stay(withoutAsked(state), release)
  return over(state, code === 'busy' ? { kind: 'busy' } : { kind: 'refused', code })
}

function withoutAsked(state: CallState & { at: 'ringing-in' }): CallState {
  const { asked: _, ...rest } = state
  return rest
}

function onResumed(state: CallState, news: CallNews & { kind: 'resumed' }, now: number): Step {
  if (!isOf(state, news.id)) return notMine(state, news.id)
  const { name, ip, iceServers } = news
  // The other end may have come back under another name, or from another address.
  const person = { name, ip }
  switch (state.at) {
    case 'talking': {
      const { resumeAt: _, ...rest } = state
      const talking = { ...rest, person, signalling: 'there', pauseMs: limits.resumeMs } as const
      return stay(talking, { do: 'signalling-back', iceServers })
    }
    case 'connecting':
      return stay({ ...state, person }, { do: 'signalling-back', iceServers })
    case 'ringing-out':
    case 'answering': {
      // It was answered while the server was away from this tab.
      const { id, sending } = state
      return {
        state: { at: 'connecting', id, person, sending, until: now + limits.connectMs },
        effects: [{ do: 'connect', id, person, polite: state.at === 'answering', iceServers }],
      }
    }
    default:
      return stay(state)
  }
}

function onEnded(state: CallState & Call, reason: CallEnding): Step {
  if (reason === 'moved') return over(state, { kind: 'moved' })
  if (state.at === 'talking') {
    if (reason !== 'lost') return over(state, { kind: reason === 'left' ? 'left' : 'hung-up' })
    if (state.channelClosed) return over(state, { kind: 'left' })
    // Signalling is lost, and no more: the two ends may still see each other.
    return stay({ ...state, signalling: 'lost' }, resume(state))
  }
  if (state.at === 'ringing-in' && state.asked) {
    // They took theirs back before this end's wish was there, which is then a call of its own.
    return stay({ at: 'asking', ...state.asked })
  }
  if (state.at === 'ringing-in' || state.at === 'answering') return over(state, { kind: 'missed' })
  if (state.at === 'connecting')
    return over(state, { kind: reason === 'left' || reason === 'lost' ? reason : 'hung-up' })
  if (reason === 'timeout') return over(state, { kind: 'no-answer' })
  return over(state, { kind: reason === 'left' || reason === 'lost' ? reason : 'cancelled' })
}

function onLink(state: CallState, link: 'here' | 'away', now: number): Step {
  if (link === 'away') {
    // The server ends what this tab had asked for.
    if (state.at === 'asking') return over(state, { kind: 'server-away' })
    if (state.at === 'ringing-in' && state.asked) return stay(withoutAsked(state), release)
    if (state.at !== 'talking' || state.signalling === 'lost') return stay(state)
    return stay({ ...state, signalling: 'away' })
  }
  if (state.at === 'talking' || state.at === 'connecting') {
    // Signals get through once the server says that it knows the call: not before `resumed`.
    return stay(state, resume(state))
  }
  if (state.at === 'idle' || state.at === 'over') return stay(state)
  // The server tells a tab that connects of the calls that ring; of one that is over it is silent.
  const waiting = { ...state, until: Math.min(state.until, now + limits.tellMs) }
  const mine = waiting.at === 'answering' || waiting.at === 'ringing-out'
  return mine ? stay(waiting, resume(waiting)) : stay(waiting)
}

/** Says that this tab has the call, to a server that may have forgotten it or taken it for left. */
const resume = ({ id, person: { name, ip } }: Call): Effect =>
  send({ kind: 'resume', id, name, ip })

function onPerson(state: CallState, event: CallEvent & { from: 'person' }, now: number): Step {
  switch (event.does) {
    case 'call': {
      if (state.at !== 'idle' && state.at !== 'over') return stay(state)
      const { person, sending, tag } = event
      return {
        state: { at: 'asking', tag, person, sending, until: now + limits.askMs },
        effects: [send({ kind: 'call', ...person, tag }), { do: 'open-media', sending }],
      }
    }
    case 'find-busy':
      if (state.at !== 'idle' && state.at !== 'over') return stay(state)
      return stay({ at: 'over', person: event.person, outcome: { kind: 'busy' } })
    case 'accept': {
      if (state.at !== 'ringing-in') return stay(state)
      const { id, person } = state
      // Of two that cross, media are opened already, but maybe not what this person now wants.
      const { sending } = event
      return {
        state: { at: 'answering', id, person, sending, until: now + limits.askMs },
        effects: [send({ kind: 'accept', id }), { do: 'open-media', sending }],
      }
    }
    case 'decline':
      if (state.at !== 'ringing-in') return stay(state)
      return over(state, { kind: 'declined-here' }, send({ kind: 'decline', id: state.id }))
    case 'hang-up':
      return hangUp(state)
    case 'dismiss':
      if (state.at !== 'over') return stay(state)
      return stay({ at: 'idle' })
  }
}

function hangUp(state: CallState): Step {
  // Its id is not known yet: `ringing` or `accepted` will bring it, with a tag that nobody wants.
  if (state.at === 'asking') return over(state, { kind: 'cancelled' })
  if (!('id' in state)) return stay(state)
  const wish = hangUpOf(state.id)
  if (state.at === 'answering') return over(state, { kind: 'hung-up-here' }, wish)
  if (!isLive(state)) return over(state, { kind: 'cancelled' }, wish)
  return over(state, { kind: 'hung-up-here' }, { do: 'say-bye' }, wish)
}

/** Ends a call that nobody hung up, and lets the other end know why it is over. */
function giveUp(state: CallState & Call, farewell: Farewell, outcome: Outcome): Step {
  const { id } = state
  const signal = send({ kind: 'signal', id, payload: farewellSignal(farewell) })
  return over(state, outcome, signal, hangUpOf(id))
}

function onThrown(state: CallState, why: string): Step {
  // A call that runs goes on with what it has.
  if (state.at !== 'connecting') return stay(state)
  return giveUp(state, 'not-set-up', { kind: 'not-set-up', why })
}

function onPeer(state: CallState, told: (CallEvent & { from: 'peer' })['told'], now: number): Step {
  if (state.at !== 'connecting' && state.at !== 'talking') return stay(state)
  const wish = hangUpOf(state.id)
  // The registry may not know: the other end may have no way to tell it.
  if (told === 'bye') return over(state, { kind: 'hung-up' }, wish)
  if (state.at === 'connecting') {
    if (told !== 'connected') return stay(state)
    const { id, person } = state
    return stay({
      at: 'talking',
      id,
      person,
      since: now,
      signalling: 'there',
      pauseMs: limits.resumeMs,
      channelClosed: false,
    })
  }
  if (told === 'connected') {
    const { brokenAt: _, ...rest } = state
    return stay(rest)
  }
  if (told === 'channel-closed') {
    if (state.signalling === 'lost') return over(state, { kind: 'left' }, wish)
    return stay({ ...state, channelClosed: true })
  }
  return stay({ ...state, brokenAt: state.brokenAt ?? now })
}

function onClock(state: CallState, now: number): Step {
  const deadline = deadlineOf(state)
  if (deadline === undefined || now < deadline) return stay(state)
  switch (state.at) {
    case 'idle':
    case 'over':
      return stay(state)
    case 'talking': {
      const lost = lostAt(state)
      const wish = hangUpOf(state.id)
      if (lost !== undefined && now >= lost) {
        if (state.signalling === 'lost') return over(state, { kind: 'left' }, wish)
        return giveUp(state, 'lost', { kind: 'lost' })
      }
      const { resumeAt: _, ...rest } = state
      return stay(
        { ...rest, pauseMs: Math.min(state.pauseMs * 2, limits.resumeMaxMs) },
        resume(state),
      )
    }
    case 'asking':
      return over(state, { kind: 'server-away' })
    case 'answering':
      return over(state, { kind: 'server-away' }, hangUpOf(state.id))
    case 'connecting':
      return giveUp(state, 'failed', { kind: 'failed' })
    case 'ringing-in':
      return over(state, { kind: 'missed' })
    case 'ringing-out':
      return over(state, { kind: 'no-answer' }, hangUpOf(state.id))
  }
}
