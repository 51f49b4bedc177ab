import { type CallState, membersOf, type Person } from '../../src/browser/call/call-machine.ts'
import { type Controller, createController } from '../../src/browser/call/controller.ts'
import { createLocalMedia, type LocalMedia } from '../../src/browser/call/devices/local-media.ts'
import type { CallNews, CallWish, TakesCalls } from '../../src/page-protocol.ts'
import { Link } from './call-links.ts'
import type { WebServer } from './call-server.ts'
import { FakeDevices } from './fake-devices.ts'
import { type Engines, FakeEngine } from './fake-engine.ts'

let pages = 0

/** One WebSocket: what is under way in both directions. */
export type Wire = { up: Link; down: Link }

/** A page of that person's browser: the real controller and devices, without a document. */
export class CallPage {
  readonly devices = new FakeDevices()
  readonly local: LocalMedia
  readonly controller: Controller
  /** The connections of its calls, those of calls that are over too. */
  readonly engines: FakeEngine[] = []
  wire: Wire | undefined
  readonly person: Person
  /** What its person met, for a test that wants all of it to have come about. */
  readonly seen: Set<string>
  readonly #server: () => WebServer
  readonly #page: string
  #open = false
  #wishes = 0
  readonly #unsent: CallWish[] = []

  constructor(person: Person, server: () => WebServer, engines: Engines, seen: Set<string>) {
    this.person = person
    this.seen = seen
    this.#server = server
    pages += 1
    this.#page = String(pages)
    this.local = createLocalMedia({
      devices: this.devices as unknown as MediaDevices,
      chosen: () => ({}),
      onChange: () => this.controller.localChanged(),
    })
    const ignore = () => {}
    this.controller = createController({
      send: (wish) => this.#send(wish),
      startEngine: (parts) => {
        const engine = new FakeEngine(parts, engines)
        this.engines.push(engine)
        return engine
      },
      local: this.local,
      isRelayedOnly: () => false,
      shows: () => ({
        remote: ignore,
        shown: ignore,
        chat: ignore,
        channel: ignore,
        files: ignore,
        safety: ignore,
        quality: ignore,
        speaking: ignore,
      }),
      onState: (state) => {
        seen.add(state.at === 'over' ? state.outcome.kind : state.at)
        const up = membersOf(state).filter(({ link }) => link === 'up').length
        if (up > 1) seen.add('several')
      },
    })
  }

  get state(): CallState {
    return this.controller.state()
  }

  /** As connection.ts and call-page.ts do it, whose events are the browser's. */
  dial(): void {
    if (this.wire) return
    const wire = { up: new Link(), down: new Link() }
    this.wire = wire
    wire.up.say(() => {
      this.#server().open(this.person, wire, (text) => {
        wire.down.say(() => this.controller.news((JSON.parse(text) as { call: CallNews }).call))
      })
    })
    wire.down.say(() => {
      this.#open = true
      this.#say({ takesCalls: true, page: this.#page })
      for (const wish of this.#unsent.splice(0)) this.#send(wish)
      this.controller.happen({ from: 'server', link: 'here' })
    })
  }

  /** The WebSocket breaks; each end learns it in its own time. */
  lose(how: 'left' | 'lost' = 'left'): void {
    const { wire } = this
    if (!wire) return
    wire.up.cut(() => this.#server().close(wire, how))
    wire.down.cut(() => {
      this.wire = undefined
      this.#open = false
      this.controller.happen({ from: 'server', link: 'away' })
    })
  }

  /** Closed or reloaded: it hangs up. Or it crashes, and says nothing. */
  close(crashes: boolean): void {
    const { wire } = this
    const { at } = this.state
    if (crashes) for (const engine of this.engines) engine.vanish()
    else if (at !== 'idle' && at !== 'over' && at !== 'ringing-in') this.hangUp()
    for (const engine of this.engines) engine.close()
    this.wire = undefined
    this.#open = false
    wire?.up.end(() => this.#server().close(wire))
    wire?.down.cut()
  }

  call(person: Person): void {
    this.#wishes += 1
    const tag = String(this.#wishes)
    this.controller.happen({ from: 'person', does: 'call', person, sending: 'video', tag })
  }

  invite(person: Person): void {
    this.#wishes += 1
    const tag = String(this.#wishes)
    this.controller.happen({ from: 'person', does: 'invite', person, tag })
  }

  accept(): void {
    this.controller.happen({ from: 'person', does: 'accept', sending: 'video' })
  }

  hangUp(): void {
    this.controller.happen({ from: 'person', does: 'hang-up' })
  }

  #send(wish: CallWish): boolean {
    if (this.#say({ call: wish })) return true
    if (wish.kind === 'hangup') this.#unsent.push(wish)
    return false
  }

  #say(message: { call: CallWish } | TakesCalls): boolean {
    const { wire } = this
    if (!wire || !this.#open) return false
    wire.up.say(() => this.#server().message(wire, message))
    return true
  }
}
