import { offerNotifications } from './attention/ring-notice.ts'
import type { CallState, Person } from './call-machine.ts'
import type { Controller } from './controller.ts'
import type { LocalMedia } from './devices/local-media.ts'
import { button } from './panels/elements.ts'

export type CallButtonsParts = {
  controller: Controller
  local: LocalMedia
  blockCaller: (person: Person) => void
}

/** What a person presses to begin, to answer and to end a call, and to switch devices. */
export function startCallButtons({ controller, local, blockCaller }: CallButtonsParts): {
  call: (person: Person) => void
} {
  const { happen } = controller
  let wishes = 0
  function call(person: Person): void {
    wishes += 1
    happen({ from: 'person', does: 'call', person, sending: 'video', tag: String(wishes) })
  }
  const hangUp = () => happen({ from: 'person', does: 'hang-up' })
  const decline = () => happen({ from: 'person', does: 'decline' })
  /** The other end of the call that there is, or was. */
  const withPerson = (act: (person: Person) => void) => {
    const person = personOf(controller.state())
    if (person) act(person)
  }

  // The rows come and go: one listener for all of their buttons.
  document.addEventListener('click', ({ target }) => {
    const pressed =
      target instanceof Element ? target.closest<HTMLElement>('[data-call-name]') : null
    const { callName: name, callIp: ip } = pressed?.dataset ?? {}
    if (!pressed || name === undefined || ip === undefined) return
    // What becomes of the call is told on the page, which a dialog would cover.
    pressed.closest('dialog')?.close()
    const person = { name, ip }
    if (pressed.ariaDisabled === 'true') happen({ from: 'person', does: 'find-busy', person })
    else call(person)
  })

  const acts: Record<string, () => void> = {
    'call-accept-video': () => happen({ from: 'person', does: 'accept', sending: 'video' }),
    'call-accept-audio': () => happen({ from: 'person', does: 'accept', sending: 'audio' }),
    'call-decline': decline,
    'call-block': () => {
      withPerson(blockCaller)
      decline()
    },
    'call-cancel': hangUp,
    'call-hang-up': hangUp,
    'call-mute': () => void local.toggleMicrophone(),
    'call-camera-off': () => void local.toggleCamera(),
    'call-share': () => void local.toggleSharing(),
    'call-outcome-close': () => happen({ from: 'person', does: 'dismiss' }),
    'call-again': () => withPerson(call),
  }
  for (const [id, act] of Object.entries(acts)) button(id).addEventListener('click', act)
  button('call-share').hidden = !local.canShare
  offerNotifications(button('call-notify-missed'))
  return { call }
}

export const personOf = (state: CallState): Person | undefined =>
  'person' in state ? state.person : undefined
