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
  theirName: () => string
}

export type CallPanels = {
  /** What of a running call the panels show. */
  shows: Pick<EngineListener, 'chat' | 'safety' | 'quality'>
  localChanged: () => void
  toggleChat: () => void
  /** Nothing of the call before is left. */
  reset: () => void
  close: () => void
  /** Closes what is open, and lets go of what it looked at. */
  end: () => void
}

/** The key of the one other person in the call. */
const only = '0'

/** Everything beside the picture of a call: messages, devices, quality and the safety code. */
export function createCallPanels({ t, local, sendChat, theirName }: CallPanelsParts): CallPanels {
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
  const chat = createChatPanel({ t, panels: () => panels, send: sendChat, theirName })

  return {
    shows: {
      chat: (text) => chat.received(text),
      safety: (result) => safety.show(only, result),
      quality: (sample, grade) => quality.add(only, sample, grade),
    },
    localChanged: () => devices.localChanged(),
    toggleChat: () => panels.toggle('call-chat'),
    reset() {
      chat.reset()
      quality.reset()
      safety.reset()
      for (const each of [quality, safety]) each.members([{ key: only, name: theirName() }])
    },
    close: () => panels.close(),
    end() {
      panels.close()
      devices.closed()
    },
  }
}
