/**
 * The rules of one call in one tab. Longer than other files, since each rule is read against all
 * the others: what happened, to a call in which state.
 */
import type { CallEnding, CallNews, CallWish, IceServer } from '../../page-protocol.ts'

/** The other end of a call, as the directory knows it. */
export type Person = { name: string; ip: string }

/** What this person wants to send from the start; more can be added in the call. */
export type Sending = 'video' | 'audio'

export type Outcome =
  | { kind: 'declined' | 'busy' | 'no-answer' | 'cancelled' }
  | { kind: 'missed' | 'declined-here' | 'elsewhere' }
  | { kind: 'hung-up' | 'hung-up-here' | 'left' | 'failed' | 'lost' | 'server-away' }
  /** The registry's code, where none of the others says it better. */
  | { kind: 'refused'; code: string }

/** What a call that rings or runs knows of itself. */
type Call = { id: string; person: Person }

export type CallState =
  /** `takingBack` is whom this tab wished to call, and then did not. */
  | { at: 'idle'; takingBack?: Person }
  /** The wish is sent, the registry has not answered. */
  | { at: 'asking'; person: Person; sending: Sending; until: number }
  /** `mine` is false where another tab placed it. */
  | (Call & { at: 'ringing-out'; sending: Sending; mine: boolean; until: number })
  /** `sending` is set where this tab asked for the same person at the same moment. */
  | (Call & { at: 'ringing-in'; sending?: Sending; until: number })
  | (Call & { at: 'answering'; sending: Sending; until: number })
  | (Call & { at: 'connecting'; sending: Sending; until: number })
  | (Call & Talk & { at: 'talking' })
  | { at: 'over'; person: Person; outcome: Outcome; takingBack?: Person }

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
  | { from: 'person'; does: 'call'; person: Person; sending: Sending }
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

/** What is true of one call in this tab, and what to do about an event. */
export function step(state: CallState, event: CallEvent, now: number): Step {
  if (event.from === 'server') {
    return 'news' in event ? onNews(state, event.news, now) : onLink(state, event.link, now)
  }
  if (event.from === 'person') return onPerson(state, event, now)
  if (event.from === 'peer') return onPeer(state, event.told, now)
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

function over(state: CallState, outcome: Outcome, ...effects: Effect[]): Step {
  if (state.at === 'idle' || state.at === 'over') return stay(state)
  return { state: { at: 'over', person: state.person, outcome }, effects: [...effects, release] }
}

const release: Effect = { do: 'release' }

/** Whether this event is about the call that this tab has. */
const isOf = (state: CallState, id: string): state is Exclude<CallState, { id?: never }> & Call =>
  'id' in state && state.id === id

function onNews(state: CallState, news: CallNews, now: number): Step {
  switch (news.kind) {
    case 'ringing':
      return onRinging(state, news, now)
    case 'accepted':
      return onAccepted(state, news, now)
    case 'refused':
      return onRefused(state, news, now)
    case 'signal':
      return isOf(state, news.id)
        ? stay(state, { do: 'receive', payload: news.payload })
        : stay(state)
    case 'resumed':
      return onResumed(state, news, now)
    case 'elsewhere':
      if (!isOf(state, news.id) || isLive(state)) return stay(state)
      // The tab that only watched its sibling call has nothing to say about it.
      if (state.at === 'ringing-out') return { state: { at: 'idle' }, effects: [release] }
      return over(state, { kind: 'elsewhere' })
    case 'declined':
      return isOf(state, news.id) && !isLive(state) ? ended(state, 'declined') : stay(state)
    case 'ended':
      return isOf(state, news.id) ? onEnded(state, news.reason) : stay(state)
  }
}

const isLive = (state: CallState): boolean => state.at === 'connecting' || state.at === 'talking'

/** A call that never began is over: whoever only watched it, or took it back, needs no word. */
function ended(state: CallState, kind: 'declined' | 'no-answer' | 'left' | 'cancelled'): Step {
  if (state.at === 'ringing-out' && !state.mine)
    return { state: { at: 'idle' }, effects: [release] }
  return over(state, { kind })
}

function onRinging(state: CallState, news: CallNews & { kind: 'ringing' }, now: number): Step {
  const { id, name, ip, direction } = news
  const person = { name, ip }
  const until = now + news.ringsForMs + limits.lateMs
  if (isOf(state, id)) {
    // Told again after the server was away, which may have missed the answer.
    if (state.at === 'answering') return stay(state, send({ kind: 'accept', id }))
    const rings = state.at === 'ringing-in' || state.at === 'ringing-out'
    return stay(rings ? { ...state, until } : state)
  }
  if (state.at === 'asking') {
    const { sending } = state
    if (direction === 'out') {
      return stay({ at: 'ringing-out', id, person, sending, mine: true, until })
    }
    // The registry makes one call of two that cross; it says which by `accepted`.
    const same = state.person.name === name && state.person.ip === ip
    return same
      ? stay({ at: 'ringing-in', id, person, until, sending })
      : stay({ at: 'ringing-in', id, person, until }, release)
  }
  if (state.at !== 'idle' && state.at !== 'over') return stay(state)
  if (direction === 'out' && isTakenBack(state, person)) {
    return stay(forgetTakenBack(state), send({ kind: 'hangup', id }))
  }
  if (direction === 'in') return stay({ at: 'ringing-in', id, person, until })
  return stay({ at: 'ringing-out', id, person, sending: 'video', mine: false, until })
}

const isTakenBack = (state: CallState, { name, ip }: Person): boolean =>
  'takingBack' in state && state.takingBack?.name === name && state.takingBack.ip === ip

function forgetTakenBack(state: CallState): CallState {
  if (!('takingBack' in state)) return state
  const { takingBack: _, ...rest } = state
  return rest
}

function onAccepted(state: CallState, news: CallNews & { kind: 'accepted' }, now: number): Step {
  if (isLive(state)) return stay(state)
  const { id, name, ip, polite, iceServers } = news
  const person = { name, ip }
  if (isTakenBack(state, person)) {
    return stay(forgetTakenBack(state), send({ kind: 'hangup', id }))
  }
  const sending = ('sending' in state && state.sending) || 'video'
  // Whoever called or answered has opened it; a tab that was just loaded has not.
  const opened = state.at === 'ringing-out' ? state.mine : 'sending' in state && state.sending
  return {
    state: { at: 'connecting', id, person, sending, until: now + limits.connectMs },
    effects: [
      ...(opened ? [] : [{ do: 'open-media', sending } as const]),
      { do: 'connect', id, person, polite, iceServers },
    ],
  }
}

function onRefused(state: CallState, news: CallNews & { kind: 'refused' }, now: number): Step {
  if (news.wish === 'call') {
    if (state.at !== 'asking') return stay(state)
    return over(
      state,
      news.code === 'busy' ? { kind: 'busy' } : { kind: 'refused', code: news.code },
    )
  }
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

function onResumed(state: CallState, news: CallNews & { kind: 'resumed' }, now: number): Step {
  if (!isOf(state, news.id)) return stay(state)
  const { iceServers } = news
  switch (state.at) {
    case 'talking': {
      const { resumeAt: _, ...rest } = state
      const pauseMs = limits.resumeMs
      return stay({ ...rest, signalling: 'there', pauseMs }, { do: 'signalling-back', iceServers })
    }
    case 'connecting':
      return stay(state, { do: 'signalling-back', iceServers })
    case 'ringing-out':
    case 'answering': {
      // It was answered while the server was away from this tab.
      const { id, person, sending } = state
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
  if (state.at === 'talking') {
    if (reason !== 'left') return over(state, { kind: 'hung-up' })
    if (state.channelClosed) return over(state, { kind: 'left' })
    // Signalling is lost, and no more: the two ends may still see each other.
    return stay({ ...state, signalling: 'lost' }, resume(state))
  }
  if (state.at === 'ringing-in' || state.at === 'answering') return over(state, { kind: 'missed' })
  if (state.at === 'connecting')
    return over(state, { kind: reason === 'left' ? 'left' : 'hung-up' })
  if (reason === 'timeout') return ended(state, 'no-answer')
  return ended(state, reason === 'left' ? 'left' : 'cancelled')
}

function onLink(state: CallState, link: 'here' | 'away', now: number): Step {
  if (link === 'away') {
    if (state.at === 'asking') return takeBack(state, { kind: 'server-away' })
    if (state.at !== 'talking' || state.signalling === 'lost') return stay(state)
    return stay({ ...state, signalling: 'away' })
  }
  if (state.at === 'talking' || state.at === 'connecting') {
    // The server may have kept the call all the time; then signals get through already.
    return stay(state, resume(state), { do: 'signalling-back' })
  }
  if (state.at === 'idle' || state.at === 'over') return stay(state)
  // The server tells a tab that connects of the calls that ring; of one that is over it is silent.
  const waiting = { ...state, until: Math.min(state.until, now + limits.tellMs) }
  const mine = waiting.at === 'answering' || (waiting.at === 'ringing-out' && waiting.mine)
  return mine ? stay(waiting, resume(waiting)) : stay(waiting)
}

/** Says that this tab has the call, to a server that may have forgotten it or taken it for left. */
const resume = ({ id, person: { name, ip } }: Call): Effect =>
  send({ kind: 'resume', id, name, ip })

function onPerson(state: CallState, event: CallEvent & { from: 'person' }, now: number): Step {
  switch (event.does) {
    case 'call': {
      if (state.at !== 'idle' && state.at !== 'over') return stay(state)
      const { person, sending } = event
      return {
        state: { at: 'asking', person, sending, until: now + limits.askMs },
        effects: [send({ kind: 'call', ...person }), { do: 'open-media', sending }],
      }
    }
    case 'accept': {
      if (state.at !== 'ringing-in') return stay(state)
      const { id, person } = state
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
      return stay({ at: 'idle', ...(state.takingBack ? { takingBack: state.takingBack } : {}) })
  }
}

function takeBack(state: CallState & { at: 'asking' }, outcome: Outcome): Step {
  const { person } = state
  return stay({ at: 'over', person, outcome, takingBack: person }, release)
}

function hangUp(state: CallState): Step {
  if (state.at === 'asking') {
    // Its id is not known yet: `ringing` will bring it.
    return takeBack(state, { kind: 'cancelled' })
  }
  if (!('id' in state)) return stay(state)
  const wish = send({ kind: 'hangup', id: state.id })
  if (!isLive(state)) return over(state, { kind: 'cancelled' }, wish)
  return over(state, { kind: 'hung-up-here' }, { do: 'say-bye' }, wish)
}

function onPeer(state: CallState, told: (CallEvent & { from: 'peer' })['told'], now: number): Step {
  if (state.at !== 'connecting' && state.at !== 'talking') return stay(state)
  const wish = send({ kind: 'hangup', id: state.id })
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
      const wish = send({ kind: 'hangup', id: state.id })
      if (lost !== undefined && now >= lost) {
        return over(state, { kind: state.signalling === 'lost' ? 'left' : 'lost' }, wish)
      }
      const { resumeAt: _, ...rest } = state
      return stay(
        { ...rest, pauseMs: Math.min(state.pauseMs * 2, limits.resumeMaxMs) },
        resume(state),
      )
    }
    case 'asking':
      return takeBack(state, { kind: 'server-away' })
    case 'answering':
      return over(state, { kind: 'server-away' }, send({ kind: 'hangup', id: state.id }))
    case 'connecting':
      return over(
        state,
        { kind: 'failed' },
        { do: 'say-bye' },
        send({ kind: 'hangup', id: state.id }),
      )
    case 'ringing-in':
      return over(state, { kind: 'missed' })
    case 'ringing-out':
      return state.mine
        ? over(state, { kind: 'no-answer' }, send({ kind: 'hangup', id: state.id }))
        : ended(state, 'no-answer')
  }
}
