import type { CallText } from '../../../text/call-pt.ts'
import type { EngineListener } from '../connection/engine.ts'
import { createDevicePanel } from '../devices/device-panel.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import { removeLeftovers } from '../files/destinations/stored-destination.ts'
import { createFiles } from '../files/files.ts'
import { startFileChoice } from '../files/view/file-choice.ts'
import { createSafetyPanel } from '../safety/safety-panel.ts'
import { createChatLog } from './chat-log.ts'
import { type ChatMember, createChatPanel } from './chat-panel.ts'
import { block, say } from './elements.ts'
import { createPanels, type Panels } from './panels.ts'
import { createQualityPanel } from './quality-panel.ts'

export type CallPanelsParts = {
  t: CallText
  local: LocalMedia
  /** Gives the keys of those members to whom it went. */
  sendChat: (text: string) => readonly string[]
}

export type CallPanels = {
  /** What the panels show of the connection to that member. */
  shows: (key: string) => Pick<EngineListener, 'chat' | 'safety' | 'quality' | 'files'>
  /** Who else is in the call. */
  members: (others: readonly ChatMember[]) => void
  localChanged: () => void
  toggleChat: () => void
  /** Nothing of the call before is left. */
  reset: () => void
  close: () => void
  /** Closes what is open, and lets go of what it looked at. */
  end: () => void
}

/** Everything beside the picture of a call: messages, devices, quality and the safety code. */
export function createCallPanels({ t, local, sendChat }: CallPanelsParts): CallPanels {
  const quality = createQualityPanel(t)
  const panels: Panels = createPanels((id) => {
    if (id === 'call-chat') chat.opened()
    if (id === 'call-devices') devices.opened()
    else devices.closed()
  })
  const devices = createDevicePanel({
    t,
    local,
    isOpen: () => panels.isOpen('call-devices'),
    prefix: 'call',
    picture: 'call-devices-preview',
  })
  const safety = createSafetyPanel(t, () => {
    if (!panels.isOpen('call-safety')) panels.toggle('call-safety')
  })
  const log = createChatLog()
  let others: readonly ChatMember[] = []
  const nameOf = (of: string) => others.find(({ key }) => key === of)?.name ?? ''
  const chat = createChatPanel({
    ...{ t, log, send: sendChat },
    isOpen: () => panels.isOpen('call-chat'),
  })
  const files = createFiles({
    ...{ t, nameOf, put: log.put, arrived: chat.arrived, problem: chat.problem },
    isGroup: () => others.length > 1,
    say: (text) => say(block('call-say'), text),
  })
  startFileChoice((chosen) => {
    if (!panels.isOpen('call-chat')) panels.toggle('call-chat')
    void files.send(chosen)
  })

  // A private window stores nothing, so there is nothing left.
  void removeLeftovers().catch((error) => console.info(error))

  return {
    shows: (key) => ({
      chat: (text) => chat.received(nameOf(key), text),
      files: (channel) => files.join(key, channel),
      safety: (result) => safety.show(key, result),
      quality: (sample, grade) => quality.add(key, sample, grade),
    }),
    members(now) {
      others = now
      for (const each of [chat, quality, safety]) each.members(now)
    },
    localChanged: () => devices.localChanged(),
    toggleChat: () => panels.toggle('call-chat'),
    reset() {
      chat.reset()
      files.reset()
      quality.reset()
      safety.reset()
    },
    close: () => panels.close(),
    end() {
      panels.close()
      devices.closed()
    },
  }
}
