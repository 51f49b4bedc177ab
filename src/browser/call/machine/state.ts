import type { CallNews, CallWish, IceServer } from '../../../page-protocol.ts'
import type { Connect, Members, Other } from './others.ts'
import type { Person } from './person.ts'

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

/** What a call that rings or runs knows of itself. `person` is the oldest other member. */
export type Call = { id: string; person: Person }

/** A wish to call somebody that the registry has not answered; its call has no id yet. */
export type Asked = { tag: string; person: Person; sending: Sending; until: number }

export type CallState = Moment & {
  /**
   * Calls that this tab has ended itself, the latest last. News of them may still be on the way,
   * and must not bring them back.
   */
  done?: readonly string[]
  /** The invitations that this tab was told of, the latest last: each may come twice. */
  heard?: readonly string[]
}

type Moment =
  | { at: 'idle' }
  | (Asked & { at: 'asking' })
  | (Call & { at: 'ringing-out'; sending: Sending } & Ringing)
  /**
   * `asked` is set where this tab asked for the same person at the same moment, `others` where the
   * person invites into a call that runs: who is there beside that person.
   */
  | (Call & { at: 'ringing-in'; asked?: Asked; others?: readonly Person[] } & Ringing)
  | (Call & { at: 'answering'; invitation: boolean; sending: Sending; until: number })
  | (Call & Members & { at: 'connecting'; sending: Sending; until: number })
  | (Call & Members & Talk & { at: 'talking' })
  | { at: 'over'; person: Person; outcome: Outcome }

/** The registry ends it at `ringsUntil`; this tab gives up at `until`, if it is told nothing. */
export type Ringing = { ringsUntil: number; until: number }

export type Live = Extract<Moment, { at: 'connecting' | 'talking' }>

export type Talk = {
  since: number
  /** `lost` means that the registry knows nothing of this call until both ends have resumed it. */
  signalling: 'there' | 'away' | 'lost'
  /** When to ask the registry again to take the call up, and how long to wait after a refusal. */
  resumeAt?: number
  pauseMs: number
}

export type CallEvent =
  | { from: 'server'; news: CallNews }
  /** The tab's WebSocket, with which all news travel. */
  | { from: 'server'; link: 'here' | 'away' }
  | {
      from: 'peer'
      key: string
      told: 'connected' | 'broken' | 'failed' | 'bye' | 'channel-closed'
    }
  /** Something threw while the connection to that member was set up. */
  | { from: 'engine'; key: string; threw: string }
  /** `tag` is another one for each wish of this tab. */
  | { from: 'person'; does: 'call'; person: Person; sending: Sending; tag: string }
  /** Pressed to call a person who is shown to be in a call. */
  | { from: 'person'; does: 'find-busy'; person: Person }
  /** Somebody is to come into the call, or need not come any more. */
  | { from: 'person'; does: 'invite'; person: Person; tag: string }
  | { from: 'person'; does: 'uninvite'; person: Person }
  | { from: 'person'; does: 'accept'; sending: Sending }
  | { from: 'person'; does: 'decline' | 'hang-up' | 'dismiss' }
  /** The moment that `deadlineOf` named has come. */
  | { from: 'clock' }

export type Effect =
  | { do: 'send'; wish: CallWish }
  /** Open the microphone and, for `video`, the camera. */
  | { do: 'open-media'; sending: Sending }
  /** To another member. */
  | Connect
  /** That member is gone. */
  | { do: 'disconnect'; key: string }
  | { do: 'receive'; key: string; payload: string }
  /** Signals may have been lost; from here on they get through, to that member or to all. */
  | { do: 'signalling-back'; key?: string; iceServers?: IceServer[] }
  /** Tell the others by the data channels that this is over. */
  | { do: 'say-bye' }
  /** Close everything that this call has opened. */
  | { do: 'release' }

export type Step = { state: CallState; effects: Effect[] }

export const limits = {
  /** For the registry's answer to a wish. */
  askMs: 8_000,
  /** For two members to find a way to each other. */
  connectMs: 30_000,
  /** After the server is back, for it to tell of the call that rings. */
  tellMs: 4_000,
  /** After the time of ringing, for the registry's word on it. */
  lateMs: 3_000,
  /** Without anything flowing, before a call is lost. */
  brokenMs: 20_000,
  /** The same, where that member is known to have left the registry too. */
  leftMs: 8_000,
  /** Before a signal that was refused is made up for: what it needs is told a moment later. */
  againMs: 500,
  /** Before `resume` is repeated: the other end may only be a moment behind; then ever longer. */
  resumeMs: 1_000,
  resumeMaxMs: 30_000,
}

/** Whether this event is about the call that this tab has. */
export const isOf = (
  state: CallState,
  id: string,
): state is Exclude<CallState, { id?: never }> & Call => 'id' in state && state.id === id

export const isLive = (state: CallState): state is CallState & Live =>
  state.at === 'connecting' || state.at === 'talking'

export const isLost = (state: Live): boolean =>
  state.at === 'talking' && state.signalling === 'lost'

/** Who is in the call that runs beside this tab. */
export const membersOf = (state: CallState): readonly Other[] => (isLive(state) ? state.others : [])
