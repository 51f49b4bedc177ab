import { block, button, element } from './elements.ts'
import { keep, kept } from './kept.ts'

const yearSeconds = 365 * 24 * 60 * 60

const policy = () => document.documentElement.dataset.relay

/** Whether a call of this browser goes through a relay alone: the server's wish, or its person's. */
export const isRelayedOnly = (): boolean =>
  policy() === 'always' || (policy() === 'offered' && kept('relay-only') === 'yes')

/** Says before the first call what it shows, and offers not to show it where there is a relay. */
export function startRelayChoice(): void {
  const notice = block('call-addresses')
  const show = () => {
    const isTold = isRelayedOnly() || kept('addresses-told') === 'yes'
    notice.hidden = isTold
    block('call-ringing-addresses').hidden = isTold
    // A negative age forgets it (RFC 6265, section 5.2.2).
    // The server shows the notice in the next page, or does not: shown or hidden here, it would move the list.
    // biome-ignore lint/suspicious/noDocumentCookie: the Cookie Store API needs a secure context.
    document.cookie = `${notice.dataset.cookie}; Max-Age=${isTold ? yearSeconds : -1}`
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
