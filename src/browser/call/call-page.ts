/** Calls, as far as a person sees, hears and clicks them. */
import { leavePage, listenToCalls, sendCall } from '../connection.ts'
import { askBeforeLeaving } from './attention/leave-question.ts'
import { canNotify, offerNotifications, startNotice, stopNotice } from './attention/ring-notice.ts'
import { startTone, stopTone } from './attention/ring-tone.ts'
import { keepScreenOn } from './attention/wake-lock.ts'
import type { CallState, Person, Sending } from './call-machine.ts'
import { callTexts } from './call-texts.ts'
import { whyNoCalls } from './can-call.ts'
import { startEngine } from './connection/engine.ts'
import { createController } from './controller.ts'
import { chosenDevices } from './devices/chosen-devices.ts'
import { createDevicePanel } from './devices/device-panel.ts'
import { createLocalMedia } from './devices/local-media.ts'
import { createRemoteMedia } from './devices/remote-media.ts'
import { screened, startBlockButtons } from './panels/block-buttons.ts'
import { createChatPanel } from './panels/chat-panel.ts'
import { block, button, element, say, video } from './panels/elements.ts'
import { createPanels, type Panels } from './panels/panels.ts'
import { createQualityPanel } from './panels/quality-panel.ts'
import { isRelayedOnly, startRelayChoice } from './panels/relay-choice.ts'
import { listenToShortcuts } from './panels/shortcuts.ts'
import { showSafety } from './safety/safety-panel.ts'
import { createCallView } from './view/call-view.ts'

/** For the outcome to be read before the server's wish to go elsewhere is followed. */
const leaveAfterMs = 3_000

if (document.getElementById('call-area')) {
  const why = whyNoCalls()
  if (why) sayNoCalls(why)
  else startCalls()
}

/** Nobody is offered to call this browser, and it offers to call nobody. */
function sayNoCalls(why: 'missing' | 'refused'): void {
  document.documentElement.dataset.noCalls = why
  const notice = block('no-calls')
  say(notice, callTexts().noCalls[why])
  notice.hidden = false
}

function startCalls(): void {
  const t = callTexts()
  const local = createLocalMedia({
    devices: navigator.mediaDevices,
    chosen: chosenDevices,
    onChange: () => {
      controller.localChanged()
      view.showLocal()
      devices.localChanged()
    },
  })
  const view = createCallView(t, local)
  const quality = createQualityPanel(t)
  const panels: Panels = createPanels((id) => {
    if (id === 'call-chat') chat.opened()
    if (id === 'call-devices') devices.opened()
    else devices.closed()
  })
  const devices = createDevicePanel({ t, local, isOpen: () => panels.isOpen('call-devices') })
  const chat = createChatPanel({
    t,
    panels: () => panels,
    send: (text) => controller.sendChat(text),
    theirName: () => personOf(controller.state())?.name ?? '',
  })
  const remote = createRemoteMedia()

  const controller = createController({
    send: sendCall,
    startEngine,
    local,
    isRelayedOnly,
    onState,
    shows: {
      remote: (stream) => remote.play(stream),
      shown: (shown) => view.showRemote(shown),
      chat: (text) => chat.received(text),
      channel: (open) => view.setChannelClosed(!open),
      safety: (result) => {
        showSafety(t, result)
        const isAlarm = !result.verifiable && ['mismatch', 'stranger'].includes(result.why)
        if (isAlarm && !panels.isOpen('call-safety')) panels.toggle('call-safety')
      },
      quality: (sample, grade) => quality.add(sample, grade),
    },
  })

  function onState(state: CallState, before: CallState): void {
    view.show(state)
    if (state.at === before.at) return
    const inCall = state.at === 'connecting' || state.at === 'talking'
    keepScreenOn(inCall)
    askBeforeLeaving(inCall)
    if (state.at === 'ringing-in') {
      startTone('ring')
      startNotice(t, state.person.name)
    } else {
      stopNotice()
      if (state.at === 'ringing-out') startTone('ringback')
      else stopTone()
    }
    if (state.at === 'connecting') beginCall()
    if (state.at === 'over' || state.at === 'idle') endCall()
  }

  function beginCall(): void {
    chat.reset()
    quality.reset()
    showSafety(t, undefined)
    view.showRemote(undefined)
    view.setChannelClosed(false)
    button('call-notify').hidden = !canNotify('default')
  }

  function endCall(): void {
    panels.close()
    devices.closed()
    remote.stop()
    element('call-help', HTMLDialogElement).close()
    if (document.fullscreenElement) document.exitFullscreen().catch(() => {})
    if (document.pictureInPictureElement) document.exitPictureInPicture().catch(() => {})
    setTimeout(() => {
      if (mayLeave()) leavePage()
    }, leaveAfterMs)
  }

  startRelayChoice()
  const blocking = startBlockButtons(t)
  const mayLeave = () => ['idle', 'over'].includes(controller.state().at)

  listenToCalls({
    news: screened(controller.news),
    link: (link) => controller.happen({ from: 'server', link }),
    mayLeave,
  })

  let wishes = 0
  function call(person: Person, sending: Sending): void {
    wishes += 1
    controller.happen({ from: 'person', does: 'call', person, sending, tag: String(wishes) })
  }
  const hangUp = () => controller.happen({ from: 'person', does: 'hang-up' })

  // The rows come and go: one listener for all of their buttons.
  document.addEventListener('click', ({ target }) => {
    const pressed =
      target instanceof Element ? target.closest<HTMLElement>('[data-call-name]') : null
    const { callName: name, callIp: ip } = pressed?.dataset ?? {}
    if (name !== undefined && ip !== undefined) call({ name, ip }, 'video')
  })

  const onClick = (id: string, act: () => void) => button(id).addEventListener('click', act)
  onClick('call-accept-video', () =>
    controller.happen({ from: 'person', does: 'accept', sending: 'video' }),
  )
  onClick('call-accept-audio', () =>
    controller.happen({ from: 'person', does: 'accept', sending: 'audio' }),
  )
  onClick('call-decline', () => controller.happen({ from: 'person', does: 'decline' }))
  onClick('call-block', () => {
    const person = personOf(controller.state())
    if (person) blocking.blockCaller(person)
    controller.happen({ from: 'person', does: 'decline' })
  })
  onClick('call-cancel', hangUp)
  onClick('call-hang-up', hangUp)
  onClick('call-mute', () => void local.toggleMicrophone())
  onClick('call-camera-off', () => void local.toggleCamera())
  onClick('call-share', () => void local.toggleSharing())
  onClick('call-outcome-close', () => controller.happen({ from: 'person', does: 'dismiss' }))
  onClick('call-again', () => {
    const person = personOf(controller.state())
    if (person) call(person, 'video')
  })

  const help = element('call-help', HTMLDialogElement)
  const showHelp = () => (help.open ? help.close() : help.showModal())
  onClick('call-help-button', showHelp)
  onClick('call-full-screen', () => {
    const done = document.fullscreenElement
      ? document.exitFullscreen()
      : block('call-stage').requestFullscreen()
    done.catch(() => {})
  })
  onClick('call-pip', () => {
    const done = document.pictureInPictureElement
      ? document.exitPictureInPicture()
      : video('call-remote').requestPictureInPicture()
    done.catch(() => {})
  })
  button('call-share').hidden = !local.canShare
  button('call-pip').hidden = !document.pictureInPictureEnabled
  button('call-full-screen').hidden = !document.fullscreenEnabled
  offerNotifications(button('call-notify'))
  offerNotifications(button('call-notify-missed'))

  const shortcuts = {
    m: () => void local.toggleMicrophone(),
    v: () => void local.toggleCamera(),
    d: () => {
      if (local.canShare) void local.toggleSharing()
    },
    c: () => panels.toggle('call-chat'),
    '?': showHelp,
    escape: () => panels.close(),
  }
  listenToShortcuts(shortcuts, help)

  addEventListener('online', () => controller.networkChanged())
  // The call goes with the page: the other end should not have to find that out. This script stands
  // before htmx, whose hx-ws closes its socket at the same event: listeners run in their order.
  addEventListener('pagehide', () => {
    if (!mayLeave() && controller.state().at !== 'ringing-in') hangUp()
  })
}

const personOf = (state: CallState): Person | undefined =>
  'person' in state ? state.person : undefined
