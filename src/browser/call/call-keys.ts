import type { LocalMedia } from './devices/local-media.ts'
import type { Grid } from './grid/grid.ts'
import type { CallPanels } from './panels/call-panels.ts'
import { button, element } from './panels/elements.ts'
import { listenToShortcuts } from './panels/shortcuts.ts'

/** The keys of a call, and the help that names them. */
export function startCallKeys(
  local: LocalMedia,
  panels: CallPanels,
  grid: Grid,
): { closeHelp: () => void } {
  const help = element('call-help', HTMLDialogElement)
  const toggleHelp = () => (help.open ? help.close() : help.showModal())
  button('call-help-button').addEventListener('click', toggleHelp)
  const shortcuts = {
    m: () => void local.toggleMicrophone(),
    v: () => void local.toggleCamera(),
    d: () => {
      if (local.canShare) void local.toggleSharing()
    },
    c: panels.toggleChat,
    a: () => {
      const opener = button('call-add-button')
      if (!opener.hidden) opener.click()
    },
    '?': toggleHelp,
    escape: () => {
      if (!grid.back()) panels.close()
    },
  }
  listenToShortcuts(shortcuts, help)
  return { closeHelp: () => help.close() }
}
