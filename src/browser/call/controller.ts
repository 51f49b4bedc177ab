import type { CallNews, CallWish } from '../../page-protocol.ts'
import { type CallEvent, type CallState, deadlineOf, type Effect, step } from './call-machine.ts'
import type { Engine, EngineListener, EngineParts } from './connection/engine.ts'
import { CurrentEngine } from './current-engine.ts'
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

/** Does what the machine says, with one peer connection for each call. */
export function createController(parts: ControllerParts): Controller {
  const { local, now = () => performance.now() } = parts
  const servers = createFreshServers(parts.send)
  let state: CallState = { at: 'idle' }
  const current = new CurrentEngine(parts.startEngine, local)
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
        return current.openMedia(effect.sending)
      case 'connect':
        current.connect((isCurrent) => partsOf(effect, isCurrent)).catch(thrown)
        return
      case 'receive':
        return current.receive(effect.payload)
      case 'signalling-back':
        return attempt(() => current.engine?.signallingIsBack(effect.iceServers))
      case 'say-bye':
        return current.engine?.sayBye()
      case 'release':
        return current.release()
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

  function partsOf(
    { id, polite, iceServers }: Effect & { do: 'connect' },
    isCurrent: () => boolean,
  ): EngineParts {
    return {
      polite,
      iceServers,
      relayedOnly: parts.isRelayedOnly(),
      freshServers: () => servers.of(id),
      send: (payload) => parts.send({ kind: 'signal', id, payload }),
      canSignal: () => state.at !== 'talking' || state.signalling === 'there',
      on: {
        ...parts.shows,
        link: (told) => {
          if (isCurrent()) happen({ from: 'peer', told })
        },
        failed: (error) => {
          if (isCurrent()) thrown(error)
        },
      },
    }
  }

  return {
    state: () => state,
    happen,
    news: (news) => {
      if (!servers.heard(news)) happen({ from: 'server', news })
    },
    localChanged: () => attempt(() => current.engine?.setSent(local.sent())),
    networkChanged: () => current.engine?.networkChanged(),
    sendChat: (text) => current.engine?.sendChat(text) ?? false,
  }
}
