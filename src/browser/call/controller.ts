import type { CallNews, CallWish } from '../../page-protocol.ts'
import { type CallEvent, type CallState, deadlineOf, type Effect, step } from './call-machine.ts'
import type { Engine, EngineListener, EngineParts } from './connection/engine.ts'
import type { LocalMedia } from './devices/local-media.ts'
import { createFreshServers } from './signalling/fresh-servers.ts'

export type ControllerParts = {
  send: (wish: CallWish) => boolean
  startEngine: (parts: EngineParts) => Engine
  local: LocalMedia
  /** Whether a call that begins now shows no address but a relay's. */
  isRelayedOnly: () => boolean
  /** What of a running call is shown. */
  shows: Omit<EngineListener, 'link' | 'failed'>
  onState: (state: CallState, before: CallState) => void
  now?: () => number
}

export type Controller = {
  state: () => CallState
  happen: (event: CallEvent) => void
  news: (news: CallNews) => void
  /** What this end sends has changed. */
  localChanged: () => void
  networkChanged: () => void
  sendChat: (text: string) => boolean
}

/**
 * A person who is still asked for the microphone need not be waited for: what is opened later is
 * sent from then on. But with permission a browser shows its real addresses to the other end.
 */
const mediaPatienceMs = 4_000

/** Does what the machine says, with one peer connection for each call. */
export function createController(parts: ControllerParts): Controller {
  const { local, now = () => performance.now() } = parts
  const servers = createFreshServers(parts.send)
  let state: CallState = { at: 'idle' }
  let engine: Engine | undefined
  /** Counts calls: what comes late belongs to another one. */
  let generation = 0
  let opening: Promise<void> = Promise.resolve()
  let early: string[] = []
  let timer: ReturnType<typeof setTimeout> | undefined

  function happen(event: CallEvent): void {
    const before = state
    const next = step(state, event, now())
    state = next.state
    for (const effect of next.effects) perform(effect)
    clearTimeout(timer)
    const deadline = deadlineOf(state)
    if (deadline !== undefined) {
      timer = setTimeout(() => happen({ from: 'clock' }), Math.max(0, deadline - now()) + 1)
    }
    if (state !== before) parts.onState(state, before)
  }

  function perform(effect: Effect): void {
    switch (effect.do) {
      case 'send':
        if (!parts.send(effect.wish) && effect.wish.kind === 'call') {
          queueMicrotask(() => happen({ from: 'server', link: 'away' }))
        }
        return
      case 'open-media':
        opening = local.open(effect.sending)
        return
      case 'connect':
        connect(effect).catch(thrown)
        return
      case 'receive':
        if (engine) engine.receive(effect.payload)
        else early.push(effect.payload)
        return
      case 'signalling-back':
        attempt(() => engine?.signallingIsBack(effect.iceServers))
        return
      case 'say-bye':
        engine?.sayBye()
        return
      case 'release':
        generation += 1
        early = []
        engine?.close()
        engine = undefined
        local.release()
        return
    }
  }

  /**
   * A browser may refuse a connection, its settings or a description: its person should read that at
   * once, and not of networks half a minute later.
   */
  function thrown(error: unknown): void {
    console.error(error)
    happen({ from: 'engine', threw: error instanceof Error ? error.name : String(error) })
  }

  function attempt(act: () => void): void {
    try {
      act()
    } catch (error) {
      thrown(error)
    }
  }

  async function connect({ id, polite, iceServers }: Effect & { do: 'connect' }): Promise<void> {
    generation += 1
    const mine = generation
    await Promise.race([opening, new Promise((done) => setTimeout(done, mediaPatienceMs))])
    if (mine !== generation) return
    engine = parts.startEngine({
      polite,
      iceServers,
      relayedOnly: parts.isRelayedOnly(),
      freshServers: () => servers.of(id),
      send: (payload) => parts.send({ kind: 'signal', id, payload }),
      canSignal: () => state.at !== 'talking' || state.signalling === 'there',
      on: {
        ...parts.shows,
        link: (told) => {
          if (mine === generation) happen({ from: 'peer', told })
        },
        failed: (error) => {
          if (mine === generation) thrown(error)
        },
      },
    })
    engine.setSent(local.sent())
    for (const payload of early.splice(0)) engine.receive(payload)
  }

  return {
    state: () => state,
    happen,
    news: (news) => {
      if (!servers.heard(news)) happen({ from: 'server', news })
    },
    localChanged: () => attempt(() => engine?.setSent(local.sent())),
    networkChanged: () => engine?.networkChanged(),
    sendChat: (text) => engine?.sendChat(text) ?? false,
  }
}
