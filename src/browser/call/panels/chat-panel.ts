import type { CallText } from '../../../text/call-pt.ts'
import { block, element, say } from './elements.ts'
import type { Panels } from './panels.ts'

/** What one call may leave in the page. */
const maxShown = 500

export type ChatPanel = {
  received: (name: string, text: string) => void
  opened: () => void
  reset: () => void
}

/** Chat on the call's own channel. Texts are put in as text; nothing of them is ever markup. */
export function createChatPanel(parts: {
  t: CallText
  panels: () => Panels
  send: (text: string) => boolean
}): ChatPanel {
  const { t } = parts
  const log = block('call-chat-log')
  const form = element('call-chat-form', HTMLFormElement)
  const field = element('call-chat-field', HTMLInputElement)
  const problem = block('call-chat-problem')
  let unread = 0

  function add(name: string, text: string, own: boolean): void {
    const item = document.createElement('p')
    item.dir = 'auto'
    if (own) item.className = 'call-chat__own'
    const who = document.createElement('span')
    who.className = 'visually-hidden'
    who.textContent = `${name}: `
    item.append(who, text)
    log.append(item)
    while (log.childElementCount > maxShown) log.firstElementChild?.remove()
    log.scrollTop = log.scrollHeight
    block('call-chat-empty').hidden = true
  }

  function showUnread(): void {
    say(block('call-unread'), unread === 0 ? '' : String(unread))
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = field.value.trim()
    if (text === '') return
    const sent = parts.send(text)
    problem.hidden = sent
    if (sent) {
      add(t.chatOwn, text, true)
      field.value = ''
    } else {
      say(problem, t.chatNotSent)
    }
  })

  return {
    received(name, text) {
      add(name, text, false)
      if (parts.panels().isOpen('call-chat')) return
      unread += 1
      showUnread()
      say(block('call-say'), `${t.unread(unread)}. ${name}: ${text}`)
    },
    opened() {
      unread = 0
      showUnread()
      log.scrollTop = log.scrollHeight
      field.focus()
    },
    reset() {
      log.replaceChildren()
      field.value = ''
      problem.hidden = true
      block('call-chat-empty').hidden = false
      unread = 0
      showUnread()
    },
  }
}
