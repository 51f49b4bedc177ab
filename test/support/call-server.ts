import type { Person } from '../../src/browser/call/call-machine.ts'
import type { Answer } from '../../src/client/registry-client.ts'
import type { CallWish, TakesCalls } from '../../src/page-protocol.ts'
import type { Line } from '../../src/registry/calls/call.ts'
import { Switchboard } from '../../src/registry/calls/switchboard.ts'
import { Directory } from '../../src/registry/directory/directory.ts'
import type { Registration } from '../../src/registry/directory/registration.ts'
import { ok } from '../../src/result.ts'
import { SessionCalls } from '../../src/web/calls/session-calls.ts'
import type { TabSocket } from '../../src/web/live/tab.ts'
import { defaultSessionLimits } from '../../src/web/session/session-limits.ts'
import type { Session } from '../../src/web/session/sessions.ts'
import type { CallPush, CallRequest } from '../../src/wire/message.ts'
import { Link } from './call-links.ts'
import type { Wire } from './call-page.ts'
import { defaultLimits } from './limits.ts'
import { idOf } from './switchboard.ts'

const { tabGraceMs, silentGraceMs } = defaultSessionLimits
const plenty = 1_000_000

/** How often one calls another is not the question here. */
const limits = {
  ...defaultLimits,
  callBurst: plenty,
  ringBurst: plenty,
  signalBurst: plenty,
  callsNotTakenByPerson: plenty,
  callsNotTakenByAddress: plenty,
}

type Browser = {
  person: Person
  registration: Registration
  line: Line
  calls: SessionCalls
  toRegistry: Link
  fromRegistry: Link
  /** What it is told while it is being answered. */
  told: CallPush[] | undefined
  timer: ReturnType<typeof setTimeout> | undefined
}

let ids = 0

/**
 * One life of the server, as far as calls go: the real switchboard, and the real calls of each
 * browser's session, with a link between the two instead of a socket.
 */
export class WebServer {
  readonly #now: () => number
  readonly #directory = new Directory({ now: () => 0 })
  readonly switchboard: Switchboard
  readonly #browsers = new Map<string, Browser>()
  readonly #tabs = new Map<Wire, { socket: TabSocket; browser: Browser }>()
  #lastCallPort = 5_000

  constructor(now: () => number) {
    this.#now = now
    this.switchboard = new Switchboard({
      directory: this.#directory,
      limits,
      now,
      newId: () => idOf(++ids),
      log: () => {},
      showsPartners: false,
      changed: () => {},
    })
  }

  get links(): Link[] {
    return [...this.#browsers.values()].flatMap(({ toRegistry, fromRegistry }) => [
      toRegistry,
      fromRegistry,
    ])
  }

  open(person: Person, wire: Wire, send: (text: string) => void): void {
    const browser = this.#browsers.get(person.name) ?? this.#register(person)
    const socket = { send, data: { page: undefined } } as unknown as TabSocket
    this.#tabs.set(wire, { socket, browser })
    clearTimeout(browser.timer)
    browser.calls.tabOpened(socket)
  }

  message(wire: Wire, message: { call: CallWish } | TakesCalls): void {
    const tab = this.#tabs.get(wire)
    if (!tab) return
    const { socket, browser } = tab
    if ('call' in message) return void browser.calls.wish(socket, message.call)
    socket.data.page = message.page
    browser.calls.takesCalls(socket)
  }

  /** As in `Sessions`: a browser that was silent is lost, one whose tabs were closed has left. */
  close(wire: Wire, how: 'left' | 'lost' = 'left'): void {
    const tab = this.#tabs.get(wire)
    if (!tab) return
    this.#tabs.delete(wire)
    const { socket, browser } = tab
    browser.calls.tabClosed(socket)
    if ([...this.#tabs.values()].some((each) => each.browser === browser)) return
    const graceMs = how === 'left' ? tabGraceMs : silentGraceMs
    browser.timer = setTimeout(() => this.#gone(browser, how), graceMs)
  }

  /** Another program of that person's takes its place in a call, and then leaves. */
  move(person: Person, id: string, how: 'left' | 'lost'): void {
    this.#lastCallPort += 1
    const entry = { name: person.name, ip: '10.0.0.9', port: 4_000, callPort: this.#lastCallPort }
    const registered = this.#directory.register(entry)
    if (!registered.ok) throw new Error(`${person.name} was refused: ${registered.error}`)
    const registration = registered.value
    const line = { tell: () => {}, hasRoom: () => true, talks: () => {} }
    this.switchboard.answer({ verb: 'resume', id }, { registration, line })
    this.switchboard.leave(registration, how)
    this.#directory.unregister(registration)
  }

  /** The process ends: nobody of it does or says anything more. */
  stop(): void {
    for (const { calls, timer, toRegistry, fromRegistry } of this.#browsers.values()) {
      calls.end()
      clearTimeout(timer)
      toRegistry.cut()
      fromRegistry.cut()
    }
    this.#browsers.clear()
    this.#tabs.clear()
  }

  #register(person: Person): Browser {
    this.#lastCallPort += 1
    const entry = { ...person, port: 4_000, callPort: this.#lastCallPort }
    const registered = this.#directory.register(entry)
    if (!registered.ok) throw new Error(`${person.name} was refused: ${registered.error}`)
    const toRegistry = new Link()
    const fromRegistry = new Link()
    let pings: ((answer: Answer) => void)[] = []
    const ask = (request: CallRequest | { verb: 'ping' }, heard?: (answer: Answer) => void) =>
      new Promise<Answer>((resolve) => {
        const told = (answer: Answer) => {
          heard?.(answer)
          resolve(answer)
        }
        // A `ping` is said in the same moment as the request before it, and arrives with that.
        if (request.verb === 'ping') return void pings.push(told)
        const mine: typeof pings = []
        pings = mine
        toRegistry.say(() => {
          this.#answer(browser, request, told)
          for (const pong of mine) fromRegistry.say(() => pong(ok({ kind: 'pong' })))
        })
      })
    const me = { name: person.name, ip: person.ip, callPort: this.#lastCallPort }
    const session = { id: person.name, me, client: { ask } } as unknown as Session
    const browser: Browser = {
      person,
      registration: registered.value,
      line: {
        tell: (push) => this.#tell(browser, push),
        hasRoom: () => true,
        talks: () => {},
      },
      calls: new SessionCalls(session, {
        ringTimeoutMs: limits.ringTimeoutMs,
        tabGraceMs,
        iceServersOf: () => [],
        now: this.#now,
      }),
      toRegistry,
      fromRegistry,
      told: undefined,
      timer: undefined,
    }
    this.#browsers.set(person.name, browser)
    return browser
  }

  /** What the asker is told meanwhile goes after the answer, as `Dialogue` does it. */
  #answer(browser: Browser, request: CallRequest, resolve: (answer: Answer) => void): void {
    const { registration, line } = browser
    browser.told = []
    const answer = this.switchboard.answer(request, { registration, line })
    const { told } = browser
    browser.told = undefined
    browser.fromRegistry.say(() => resolve(answer))
    for (const push of told) this.#tell(browser, push)
  }

  #tell({ fromRegistry, calls, told }: Browser, push: CallPush): void {
    if (told) told.push(push)
    else fromRegistry.say(() => calls.push(push))
  }

  #gone(browser: Browser, how: 'left' | 'lost'): void {
    this.#browsers.delete(browser.person.name)
    browser.calls.end()
    browser.fromRegistry.cut()
    // What it asked before is answered before it says `quit`; here at once, since nobody listens.
    browser.toRegistry.deliver(plenty)
    browser.toRegistry.cut()
    this.switchboard.leave(browser.registration, how)
    this.#directory.unregister(browser.registration)
  }
}
