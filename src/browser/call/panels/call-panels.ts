import type { CallText } from '../../../text/call-pt.ts'
import type { EngineListener } from '../connection/engine.ts'
import { createDevicePanel } from '../devices/device-panel.ts'
import type { LocalMedia } from '../devices/local-media.ts'
import { createSafetyPanel } from '../safety/safety-panel.ts'
import { createChatPanel } from './chat-panel.ts'
import { createPanels, type Panels } from './panels.ts'
import { createQualityPanel } from './quality-panel.ts'

export type CallPanelsParts = {
  t: CallText
  local: LocalMedia
  sendChat: (text: string) => boolean
}

export type CallPanels = {
  /** What of a running call the panels show. */
  shows: (key: string) => Pick<EngineListener, 'chat' | 'safety' | 'quality'>
  /** Who else is in the call. */
  members: (others: readonly { key: string; name: string }[]) => void
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
  let names = new Map<string, string>()
  const theirName = (key: string) => names.get(key) ?? ''
  const chat = createChatPanel({ t, panels: () => panels, send: sendChat })

  return {
    shows: (key) => ({
      chat: (text) => chat.received(theirName(key), text),
      safety: (result) => safety.show(key, result),
      quality: (sample, grade) => quality.add(key, sample, grade),
    }),
    members(others) {
      names = new Map(others.map(({ key, name }) => [key, name]))
      for (const each of [quality, safety]) each.members(others)
    },
    localChanged: () => devices.localChanged(),
    toggleChat: () => panels.toggle('call-chat'),
    reset() {
      chat.reset()
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
