import { type Connection, onConnection } from './htmx.ts'

/** The server sends a sign of life every few seconds; after this long without, it is away. */
const silenceMs = 10_000

let current: Connection | undefined
let heardAt = 0

onConnection('after:connection', ({ detail }) => {
  current = detail.connection
  heardAt = Date.now()
  showOffline(false)
  sayView()
})

onConnection('close', () => showOffline(true))

onConnection('before:message:incoming', (event) => {
  heardAt = Date.now()
  const { message } = event.detail
  // A message of ours for the script, not for htmx: where to go next.
  message?.json().then(obey, () => {})
})

function obey(message: unknown): void {
  if (typeof message !== 'object' || message === null || !('go' in message)) return
  if (typeof message.go === 'string' && message.go.startsWith('/')) location.assign(message.go)
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
