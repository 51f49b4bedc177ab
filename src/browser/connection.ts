import type { CallNews, CallWish, ReachNews, TakesCalls } from '../page-protocol.ts'
import { type Connection, onConnection } from './htmx.ts'

/** The server sends a sign of life every few seconds; after this long without, it is away. */
const silenceMs = 10_000

let current: Connection | undefined
let heardAt = 0
/** Whether what changes comes by itself. */
let follows = false

/** What calls hear of the connection. */
type CallListener = {
  news: (news: CallNews) => void
  reach: (reach: ReachNews['reach']) => void
  link: (link: 'here' | 'away') => void
  /** Whether the page may be left now; where not, `leavePage` is for later. */
  mayLeave: () => boolean
  /** The page is left. */
  left: () => void
}

let calls: CallListener | undefined
/** Any name that no other page has; `randomUUID` is missing where there is no TLS. */
const page = Math.random().toString(36).slice(2)
let heldBack: string | undefined
const unsent: CallWish[] = []

/** From now on this page takes calls; its script may come long after the connection. */
export function listenToCalls(listener: CallListener): void {
  calls = listener
  if (isOpen()) beginCalls()
}

function beginCalls(): void {
  if (calls) send({ takesCalls: true, page } satisfies TakesCalls)
  for (const wish of unsent.splice(0)) sendCall(wish)
  calls?.link('here')
}

// This script stands before htmx, whose hx-ws closes its socket at the same event: listeners run in
// their order.
addEventListener('pagehide', () => calls?.left())

/**
 * Sends a wish about a call, and says whether it went out. What ends a call waits for the server;
 * everything else would come too late, and a call that runs is taken up again when it is back.
 */
export function sendCall(wish: CallWish): boolean {
  if (send({ call: wish })) return true
  if (wish.kind === 'hangup') unsent.push(wish)
  return false
}

export const isOpen = (): boolean => current?.socket?.readyState === WebSocket.OPEN

/** Says whether it went out. */
export function send(message: object): boolean {
  if (!isOpen()) return false
  current?.socket?.send(JSON.stringify(message))
  return true
}

/** Goes where the server sent this page while a call kept it here. */
export function leavePage(): void {
  if (heldBack !== undefined) location.assign(heldBack)
}

onConnection('after:connection', ({ detail }) => {
  current = detail.connection
  heard()
  beginCalls()
})

onConnection('close', () => {
  lost()
  calls?.link('away')
})

onConnection('before:message:incoming', (event) => {
  heard()
  const { message } = event.detail
  // A message of ours for the script, not for htmx: where to go next.
  message?.json().then(obey, () => {})
})

function obey(message: unknown): void {
  if (typeof message !== 'object' || message === null) return
  if ('call' in message) calls?.news(message.call as CallNews)
  if ('reach' in message) calls?.reach((message as ReachNews).reach)
  if (!('go' in message) || typeof message.go !== 'string' || !message.go.startsWith('/')) return
  heldBack = message.go
  if (calls?.mayLeave() ?? true) leavePage()
}

function heard(): void {
  heardAt = Date.now()
  follows = true
  showOffline(false)
}

function lost(): void {
  // Up to then the list was true.
  if (follows) showAsOf(heardAt)
  follows = false
  showOffline(true)
}

function showOffline(offline: boolean): void {
  const banner = document.getElementById('offline')
  if (banner) banner.hidden = !offline
}

/** Says from when the list is; `moments.ts` puts it into the reader's words. */
function showAsOf(time: number): void {
  const moment = document.createElement('time')
  moment.dateTime = new Date(time).toISOString()
  document.querySelector('#as-of time')?.replaceWith(moment)
}

/** A connection can be dead without anybody being told: after sleep, or in a bad network. */
function checkSilence(): void {
  // Some proxies neither pass a WebSocket on nor refuse it.
  if (!isOpen()) return lost()
  if (Date.now() - heardAt >= silenceMs) dialAgain()
}

/** A close that never comes is made up here, so that hx-ws dials again; it lets go of the old socket. */
function dialAgain(): void {
  lost()
  heardAt = Date.now()
  current?.socket?.dispatchEvent(new CloseEvent('close', { code: 1006 }))
}

setInterval(checkSilence, 2_000)
document.addEventListener('visibilitychange', checkSilence)
// The socket belongs to the network that was there before.
addEventListener('online', () => (isOpen() ? dialAgain() : checkSilence()))
addEventListener('offline', lost)
// hx-ws closes its socket for good when the page is left; a page that the browser brings back
// from its cache would stay without.
addEventListener('pageshow', ({ persisted }: PageTransitionEvent) => {
  if (persisted) location.reload()
})
