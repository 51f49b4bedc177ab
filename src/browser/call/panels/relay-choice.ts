import { block, button, element } from './elements.ts'
import { keep, kept } from './kept.ts'

const policy = () => document.documentElement.dataset.relay

/** Whether a call of this browser goes through a relay alone: the server's wish, or its person's. */
export const isRelayedOnly = (): boolean =>
  policy() === 'always' || (policy() === 'offered' && kept('relay-only') === 'yes')

/** Says before the first call what it shows, and offers not to show it where there is a relay. */
export function startRelayChoice(): void {
  const show = () => {
    const isTold = isRelayedOnly() || kept('addresses-told') === 'yes'
    block('call-addresses').hidden = isTold
    block('call-ringing-addresses').hidden = isTold
  }
  button('call-addresses-close').addEventListener('click', () => {
    keep('addresses-told', 'yes')
    show()
  })
  if (policy() === 'offered') offerChoice(show)
  addEventListener('storage', show)
  show()
}

function offerChoice(onChange: () => void): void {
  const choice = element('relay-only', HTMLInputElement)
  block('relay-choice').hidden = false
  choice.checked = isRelayedOnly()
  choice.addEventListener('change', () => {
    keep('relay-only', choice.checked ? 'yes' : '')
    onChange()
  })
  addEventListener('storage', () => {
    choice.checked = isRelayedOnly()
  })
}
