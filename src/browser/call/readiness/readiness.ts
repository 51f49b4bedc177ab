import type { CallText } from '../../../text/call-pt.ts'
import { canNotify, offerNotifications } from '../attention/ring-notice.ts'
import { chosenDevice, chosenDevices } from '../devices/chosen-devices.ts'
import { deviceNotes } from '../devices/device-notes.ts'
import { createDevicePanel } from '../devices/device-panel.ts'
import { createLocalMedia } from '../devices/local-media.ts'
import { block, button, element, say } from '../panels/elements.ts'
import { playTestSound } from './test-sound.ts'

/**
 * The dialog in which camera, microphone and speaker are tried before a call. What it opens is its own, and
 * let go of when it closes; `close` is for a call that begins meanwhile. It is on the list's page alone.
 */
export function startReadiness(t: CallText): { close: () => void } {
  if (!document.getElementById('readiness')) return { close: () => {} }
  const dialog = element('readiness', HTMLDialogElement)
  const open = button('readiness-button')
  const local = createLocalMedia({
    devices: navigator.mediaDevices,
    chosen: chosenDevices,
    onChange: () => {
      panel.localChanged()
      showNotes()
    },
  })
  const panel = createDevicePanel({
    t,
    local,
    isOpen: () => dialog.open,
    prefix: 'readiness',
    picture: 'readiness-picture',
  })
  let opening = false

  function showNotes(): void {
    const notes = opening ? [t.allowDevices] : deviceNotes(t, local.state())
    say(block('readiness-notes'), notes.join('\n'))
    block('readiness-level-field').hidden = local.microphone() === undefined
  }

  async function begin(): Promise<void> {
    button('readiness-notify').hidden = !canNotify('default')
    dialog.showModal()
    opening = true
    showNotes()
    await local.open('video')
    opening = false
    showNotes()
    // Only now does the browser tell the devices' names.
    if (dialog.open) panel.opened()
  }

  open.addEventListener('click', () => void begin())
  dialog.addEventListener('close', () => {
    local.release()
    panel.closed()
  })
  startSoundButton(t)
  offerNotifications(button('readiness-notify'))
  open.hidden = false
  return { close: () => dialog.close() }
}

function startSoundButton(t: CallText): void {
  const sound = button('readiness-sound')
  sound.addEventListener('click', async () => {
    sound.disabled = true
    say(sound, t.playingSound)
    await playTestSound(chosenDevice('speaker'))
    say(sound, t.playSound)
    sound.disabled = false
  })
}
