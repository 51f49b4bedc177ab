/**
 * The script of calls is most of what a page loads, and the list can be used without it. So it comes
 * when the list is live, and is in the browser's cache before the first call.
 */
import type { LateCalls } from './call/call-page.ts'
import { whyNoCalls } from './call/can-call.ts'
import { block, say } from './call/panels/elements.ts'
import { isRelayedOnly, startRelayChoice } from './call/panels/relay-choice.ts'
import { leavePage, listenToCalls, send, sendCall } from './connection.ts'
import { onConnection } from './htmx.ts'

/** Where a server cannot be followed: nobody can call then, but cameras can be tried. */
const patienceMs = 3_000

/** The paths of the script and its styles; on no page without a registration. */
const { calls: script, callsStyle: style } = document.body.dataset

// The operator's page is not for calls.
if (document.getElementById('no-calls')) prepare()

/** Also at the form, before anybody is let down. */
function prepare(): void {
  const why = whyNoCalls()
  if (why) sayNoCalls(why)
  else if (script !== undefined && style !== undefined) {
    startRelayChoice()
    loadInTime(script, style)
  }
  block('no-camera').hidden = isSecureContext || why !== undefined
}

/** Nobody is offered to call this browser, and it offers to call nobody. */
function sayNoCalls(why: 'missing' | 'refused'): void {
  document.documentElement.dataset.noCalls = why
  const notice = block('no-calls')
  say(notice, notice.dataset[why] ?? '')
  notice.hidden = false
}

function loadInTime(script: string, style: string): void {
  let state: 'none' | 'loading' | 'there' = 'none'
  let attempts = 0
  /** Pressed before the script was there: it is pressed again then. */
  let pressed: HTMLElement | undefined

  async function load(): Promise<void> {
    if (state !== 'none') return
    state = 'loading'
    attempts += 1
    try {
      // Some browsers keep a module that did not come as one that never will.
      const path = attempts === 1 ? script : `${script}&attempt=${attempts}`
      const module: Promise<LateCalls> = import(path)
      const [{ start }] = await Promise.all([module, loadStyle(style)])
      state = 'there'
      document.removeEventListener('click', remember)
      start({ leavePage, listenToCalls, send, sendCall, isRelayedOnly })
      press()
    } catch (error) {
      if (state === 'there') throw error
      // The server is away, or another one: with the next connection, or the next press.
      state = 'none'
      console.error(error)
    }
  }

  function remember({ target }: Event): void {
    const button =
      target instanceof Element
        ? target.closest<HTMLElement>('[data-call-name], #readiness-button')
        : undefined
    if (!button) return
    pressed = button
    load()
  }

  function press(): void {
    if (!pressed) return
    const { callName = '', callIp = '' } = pressed.dataset
    // The list may have changed meanwhile, and have another button for the same person.
    const selector = `[data-call-name="${CSS.escape(callName)}"][data-call-ip="${CSS.escape(callIp)}"]`
    const button = pressed.isConnected ? pressed : document.querySelector<HTMLElement>(selector)
    button?.click()
  }

  document.addEventListener('click', remember)
  onConnection('after:message:incoming', load)
  setTimeout(load, patienceMs)
}

function loadStyle(path: string): Promise<void> {
  const { promise, resolve, reject } = Promise.withResolvers<void>()
  const link = document.createElement('link')
  link.rel = 'stylesheet'
  link.href = path
  link.onload = () => resolve()
  link.onerror = () => {
    link.remove()
    reject(new Error(`no ${path}`))
  }
  document.head.append(link)
  return promise
}
