import type { CallNews, CallWish } from '../../page-protocol.ts'
import {
  type CallEvent,
  type CallState,
  deadlineOf,
  type Effect,
  membersOf,
  type Sending,
  step,
} from './call-machine.ts'
import type { Engine, EngineListener, EngineParts } from './connection/engine.ts'
import { CurrentEngines } from './current-engines.ts'
import type { LocalMedia } from './devices/local-media.ts'
import { createFreshServers } from './signalling/fresh-servers.ts'

export type ControllerParts = {
  send: (wish: CallWish) => boolean
  startEngine: (parts: EngineParts) => Engine
  local: LocalMedia
  /** Whether a connection may begin before the devices are open. */
  needsNoDevices?: (sending: Sending) => Promise<boolean>
  /** Whether a call that begins now shows no address but a relay's. */
  isRelayedOnly: () => boolean
  /** What of the connection to that other member is shown. */
  shows: (key: string) => Omit<EngineListener, 'link' | 'failed'>
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
  /** The keys of the members to whom the text could be sent. */
  sendChat: (text: string) => string[]
}

/** Does what the machine says, with one peer connection for each other member. */
export function createController(parts: ControllerParts): Controller {
  const { local, now = () => performance.now() } = parts
  const servers = createFreshServers(parts.send)
  let state: CallState = { at: 'idle' }
  const current = new CurrentEngines(parts.startEngine, local, thrown, parts.needsNoDevices)
  let timer: ReturnType<typeof setTimeout> | undefined

  function happen(event: CallEvent): void {
    const before = state
    const next = step(state, event, now())
    state = next.state
    for (const effect of next.effects) perform(effect)
    current.setReceivers(Math.max(1, membersOf(state).length))
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
        return current.connect(effect.key, (isCurrent) => partsOf(effect, isCurrent))
      case 'disconnect':
        return current.disconnect(effect.key)
      case 'receive':
        return current.receive(effect.key, effect.payload)
      case 'signalling-back': {
        const { key, iceServers } = effect
        return current.each((engine) => engine.signallingIsBack(iceServers), key)
      }
      case 'say-bye':
        return current.each((engine) => engine.sayBye())
      case 'release':
        return current.release()
    }
  }

  /**
   * A browser may refuse a connection, its settings or a description: its person should read that at
   * once, and not of networks half a minute later.
   */
  function thrown(key: string, error: unknown): void {
    console.error(error)
    const threw = error instanceof Error ? error.name : String(error)
    happen({ from: 'engine', key, threw })
  }

  const memberAt = (key: string) => membersOf(state).find((other) => other.key === key)

  /** As far as is known, the registry passes signals on to that member. */
  const canSignal = (key: string) =>
    state.at !== 'talking' || (state.signalling === 'there' && memberAt(key)?.lost !== 'yes')

  function partsOf(
    { id, key, polite, iceServers }: Effect & { do: 'connect' },
    isCurrent: () => boolean,
  ): EngineParts {
    return {
      polite,
      iceServers,
      relayedOnly: parts.isRelayedOnly(),
      freshServers: () => servers.of(id),
      send: (payload) => {
        const to = memberAt(key)?.person
        return parts.send({ kind: 'signal', id, payload, to })
      },
      canSignal: () => canSignal(key),
      on: {
        ...parts.shows(key),
        link: (told) => {
          if (isCurrent()) happen({ from: 'peer', key, told })
        },
        failed: (error) => {
          if (isCurrent()) thrown(key, error)
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
    localChanged: () => current.each((engine) => engine.setSent(local.sent())),
    networkChanged: () => current.each((engine) => engine.networkChanged()),
    sendChat: (text) =>
      membersOf(state).flatMap(({ key }) => (current.get(key)?.sendChat(text) ? [key] : [])),
  }
}
