import type { CallNews, CallWish } from '../page-protocol.ts'
import { type Connection, onConnection } from './htmx.ts'

/** The server sends a sign of life every few seconds; after this long without, it is away. */
const silenceMs = 10_000

let current: Connection | undefined
let heardAt = 0

/** What calls hear of the connection. */
type CallListener = {
  news: (news: CallNews) => void
  link: (link: 'here' | 'away') => void
  /** Whether the page may be left now; where not, `leavePage` is for later. */
  mayLeave: () => boolean
}

let calls: CallListener | undefined
let heldBack: string | undefined
const unsent: CallWish[] = []

export function listenToCalls(listener: CallListener): void {
  calls = listener
}

/**
 * Sends a wish about a call, and says whether it went out. What ends a call waits for the server;
 * everything else would come too late, and a call that runs is taken up again when it is back.
 */
export function sendCall(wish: CallWish): boolean {
  if (current?.socket?.readyState === WebSocket.OPEN) {
    current.socket.send(JSON.stringify({ call: wish }))
    return true
  }
  if (wish.kind === 'hangup') unsent.push(wish)
  return false
}

/** Goes where the server sent this page while a call kept it here. */
export function leavePage(): void {
  if (heldBack !== undefined) location.assign(heldBack)
}

onConnection('after:connection', ({ detail }) => {
  current = detail.connection
  heardAt = Date.now()
  showOffline(false)
  sayView()
  for (const wish of unsent.splice(0)) sendCall(wish)
  calls?.link('here')
})

onConnection('close', () => {
  showOffline(true)
  calls?.link('away')
})

onConnection('before:message:incoming', (event) => {
  heardAt = Date.now()
  const { message } = event.detail
  // A message of ours for the script, not for htmx: where to go next.
  message?.json().then(obey, () => {})
})

function obey(message: unknown): void {
  if (typeof message !== 'object' || message === null) return
  if ('call' in message) calls?.news(message.call as CallNews)
  if (!('go' in message) || typeof message.go !== 'string' || !message.go.startsWith('/')) return
  heldBack = message.go
  if (calls?.mayLeave() ?? true) leavePage()
}

/** Tells the server what this tab shows, so that it sends that view whole and then its changes. */
function sayView(): void {
  const form = document.getElementById('view')
  if (form) htmx.trigger(form, 'encontro:view')
}

function showOffline(offline: boolean): void {
  const banner = document.getElementById('offline')
  if (banner) banner.hidden = !offline
}

/**
 * A connection can be dead without anybody being told: after sleep, or on a network that is gone.
 * A close that never comes is made up here, so that hx-ws dials again.
 */
function checkSilence(): void {
  if (!current?.socket || Date.now() - heardAt < silenceMs) return
  heardAt = Date.now()
  current.socket.dispatchEvent(new CloseEvent('close', { code: 1006 }))
}

setInterval(checkSilence, 2_000)
document.addEventListener('visibilitychange', checkSilence)
addEventListener('online', checkSilence)
addEventListener('offline', () => showOffline(true))
// hx-ws closes its socket for good when the page is left; a page that the browser brings back
// from its cache would stay without.
addEventListener('pageshow', ({ persisted }: PageTransitionEvent) => {
  if (persisted) location.reload()
})
