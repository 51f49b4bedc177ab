import type { CallText } from '../../../text/call-pt.ts'
import { isolated } from '../../../text/isolated.ts'
import { inWords } from '../adding/names.ts'
import { hasBegun, type Member } from '../grid/member.ts'
import type { ChatLog } from './chat-log.ts'
import { block, element, say, sayWithName } from './elements.ts'

/** The others in the call. */
export type ChatMember = Pick<Member, 'key' | 'name' | 'link'>

export type ChatPanel = {
  received: (name: string, text: string) => void
  /** Something came that is no text: `told` says it aloud where the chat is closed. */
  arrived: (told: string) => void
  problem: (text: string) => void
  /** Who else is in the call. */
  members: (others: readonly ChatMember[]) => void
  opened: () => void
  reset: () => void
}

export type ChatPanelParts = {
  t: CallText
  log: ChatLog
  isOpen: () => boolean
  /** Gives the keys of those members to whom it went. */
  send: (text: string) => readonly string[]
}

/** Chat on the call's own channels. Texts are put in as text; nothing of them is ever markup. */
export function createChatPanel(parts: ChatPanelParts): ChatPanel {
  const { t, log } = parts
  const form = element('call-chat-form', HTMLFormElement)
  const field = element('call-chat-field', HTMLInputElement)
  const problem = block('call-chat-problem')
  let unread = 0
  let present: readonly ChatMember[] = []

  function add(name: string, text: string, own: boolean): void {
    const item = document.createElement('p')
    item.dir = 'auto'
    if (own) item.className = 'call-chat__own'
    const who = document.createElement('span')
    // With one other it is plain who wrote. The name is of its own line then, and not of the text's.
    const isShown = !own && present.length > 1
    who.className = isShown ? 'call-chat__who' : 'visually-hidden'
    who.dir = 'auto'
    who.textContent = `${name}: `
    item.append(who, text)
    log.put(item)
  }

  function note(sentence: (name: string) => string, name: string): void {
    const item = document.createElement('p')
    item.className = 'call-chat__note'
    sayWithName(item, sentence, name)
    log.put(item)
  }

  function showUnread(): void {
    say(block('call-unread'), unread === 0 ? '' : String(unread))
  }

  function arrived(told: string): void {
    if (parts.isOpen()) return
    unread += 1
    showUnread()
    say(block('call-say'), `${t.unread(unread)}. ${told}`)
  }

  function showProblem(text: string): void {
    problem.hidden = text === ''
    say(problem, text)
  }

  form.addEventListener('submit', (event) => {
    event.preventDefault()
    const text = field.value.trim()
    if (text === '') return
    const reached = parts.send(text)
    const missed = present.filter(({ key }) => !reached.includes(key))
    if (reached.length === 0) return showProblem(t.chatNotSent)
    add(t.chatOwn, text, true)
    field.value = ''
    const names = missed.map(({ name }) => isolated(name))
    showProblem(names.length > 0 ? t.chatMissed(inWords(t, names)) : '')
  })

  return {
    received(name, text) {
      add(name, text, false)
      arrived(`${name}: ${text}`)
    },
    arrived,
    problem: showProblem,
    members(others) {
      const before = present
      present = others
      // Without any the call is over.
      if (!hasBegun(before) || present.length === 0) return
      for (const { key, name } of before) if (!has(present, key)) note(t.chatLeft, name)
      for (const { key, name } of present) if (!has(before, key)) note(t.chatJoined, name)
    },
    opened() {
      unread = 0
      showUnread()
      log.toEnd()
      field.focus()
    },
    reset() {
      log.clear()
      field.value = ''
      showProblem('')
      present = []
      unread = 0
      showUnread()
    },
  }
}

const has = (members: readonly ChatMember[], key: string) =>
  members.some((each) => each.key === key)
