/**
 * What an open page and the server say to each other about calls, as JSON over the tab's
 * WebSocket: `{"call": …}` in both directions. HTML for htmx to swap travels beside it.
 */

/**
 * What a page says once on each connection if it can take calls. Its browser may lack WebRTC; then
 * nobody should be offered to call it. `page` is its own name for itself, the same on each connection: a
 * page that lost its socket is told from another page of the same browser.
 */
export type TakesCalls = { takesCalls: true; page?: string | undefined }

/** A server that helps to find a way between two browsers (RTCIceServer of WebRTC). */
export type IceServer = { urls: string[]; username?: string; credential?: string }

/** Why a call is over (`*ended` of the registry's protocol). */
export type CallEnding = 'hangup' | 'cancelled' | 'timeout' | 'left' | 'lost' | 'moved'

/** A member of a call, as the directory knows it. */
export type Member = { name: string; ip: string }

/** What the page asks for. Answers come as `CallNews`; a refusal is `refused`. */
export type CallWish =
  /** `tag` is the page's own name for this wish. It comes back with what becomes of it. */
  | { kind: 'call'; name: string; ip: string; tag?: string | undefined }
  | { kind: 'accept'; id: string }
  | { kind: 'decline'; id: string }
  | { kind: 'hangup'; id: string }
  /** Somebody is to come into the call; `tag` as in `call`. Answered by `invited` or `refused`. */
  | { kind: 'invite'; id: string; name: string; ip: string; tag?: string | undefined }
  /** Takes the own invitation of that person back. */
  | { kind: 'uninvite'; id: string; name: string; ip: string }
  /**
   * `payload` is base64url of JSON, at most 60 KiB; what is in it concerns the two pages alone. `to` is
   * the member that it is for; without it, the only other one.
   */
  | { kind: 'signal'; id: string; payload: string; to?: Member | undefined }
  /** Of a call that runs: the servers as they are now, since what they give runs out. */
  | { kind: 'servers'; id: string }
  /** After the server was away: the call goes on with the same person. */
  | { kind: 'resume'; id: string; name: string; ip: string }

/** What the page is told. A call that rings is told to every tab of its session. */
export type CallNews =
  | {
      kind: 'ringing'
      id: string
      direction: 'in' | 'out'
      name: string
      ip: string
      /** The others of a running call into which the named person invites, beside that person. */
      others?: readonly Member[] | undefined
      /** Of such an invitation: another one each time, also into the same call. */
      ring?: string | undefined
      /** Milliseconds until it ends unanswered. */
      ringsForMs: number
      /** The person's address is this browser's too: it does not tell one from another. */
      sharesAddress?: boolean
      /** Of the `call` that this is the answer to. */
      tag?: string | undefined
    }
  /**
   * Media may begin. Told to one tab at each end: the one that called and the one that accepted.
   * `polite` is the callee, who gives way when both ends offer at once (perfect negotiation). Whoever
   * was invited into a running call makes the offers, and is told of each who is there by `member`.
   */
  | {
      kind: 'accepted'
      id: string
      name: string
      ip: string
      polite: boolean
      iceServers: IceServer[]
      /** The other end's. */
      visit?: string | undefined
      /** Into a call that runs: of each who is there, the inviter too, `member` tells. */
      invitation?: true | undefined
      /** Of the `call` that accepted theirs: both called each other. */
      tag?: string | undefined
    }
  /** Another tab of this session has answered, refused or placed it: stop ringing here. */
  | { kind: 'elsewhere'; id: string }
  | { kind: 'declined'; id: string }
  | { kind: 'ended'; id: string; reason: CallEnding }
  /** It rings at that person, whom this tab invited. */
  | {
      kind: 'invited'
      id: string
      name: string
      ip: string
      ringsForMs: number
      tag?: string | undefined
    }
  /** That person, whom this tab invited, does not come. */
  | {
      kind: 'not-coming'
      id: string
      name: string
      ip: string
      reason: 'declined' | 'timeout' | 'left'
    }
  /**
   * That person is in the call now, or was before this tab. `offers` says whether this tab makes the
   * offers to it: it is the newcomer. `visit` stays the same until the person is gone for good, whatever
   * its name and its address become, and is another one when it comes anew.
   */
  | {
      kind: 'member'
      id: string
      name: string
      ip: string
      visit?: string | undefined
      offers: boolean
      iceServers: IceServer[]
    }
  /** That person is in the call no more, which goes on. Who is `lost` may come back (`resumed`). */
  | {
      kind: 'gone'
      id: string
      name: string
      ip: string
      visit?: string | undefined
      reason: 'hangup' | 'left' | 'lost'
    }
  /** Somebody called while this browser was in a call. `id` is another one for each time. */
  | { kind: 'missed'; id: string; name: string; ip: string }
  /** `from` is the member that sent it, where the registry tells that. */
  | { kind: 'signal'; id: string; payload: string; from?: Member | undefined }
  | { kind: 'servers'; id: string; iceServers: IceServer[] }
  /**
   * Signalling works again, for a call that was going on all the time; once for each who is there. `name`
   * may be a new one. One that is `older` was in the call before the server knew of it, as after a
   * restart: this tab may know it by another `visit`. `offers` says which of the two makes the offers if
   * they have no connection.
   */
  | {
      kind: 'resumed'
      id: string
      name: string
      ip: string
      iceServers: IceServer[]
      offers?: boolean | undefined
      visit?: string | undefined
      older?: boolean | undefined
    }
  /** `code` is the registry's; `id` is missing where the refused wish was a `call`, which has a `tag`. */
  | { kind: 'refused'; wish: CallWish['kind']; id?: string; tag?: string | undefined; code: string }

/** What a page says to be told whether people can be called; each time it says all of them. */
export type AsksReach = { reachOf: readonly { name: string; ip: string }[] }

/** People in one `reachOf` at most. */
export const maxReachOf = 30

/** The answer, told again whenever it changes. Of the people that the page named, those that are here. */
export type ReachNews = { reach: { name: string; ip: string; ready: boolean; busy: boolean }[] }
