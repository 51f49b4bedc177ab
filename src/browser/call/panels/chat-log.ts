import { block } from './elements.ts'

/** What one call may leave in the page. */
const maxShown = 500

export type ChatLog = {
  /** What is active stays, however much comes after it. */
  put: (item: HTMLElement, isActive?: () => boolean) => void
  toEnd: () => void
  clear: () => void
}

/** What is written and sent in one call, the newest last. */
export function createChatLog(): ChatLog {
  const log = block('call-chat-log')
  const empty = block('call-chat-empty')
  const active = new Map<Element, () => boolean>()

  const mayGo = (item: Element) => !active.get(item)?.()

  function forgetOldest(): void {
    const excess = log.childElementCount - maxShown
    if (excess <= 0) return
    for (const item of [...log.children].filter(mayGo).slice(0, excess)) {
      active.delete(item)
      item.remove()
    }
  }

  const toEnd = () => {
    log.scrollTop = log.scrollHeight
  }

  return {
    put(item, isActive) {
      if (isActive) active.set(item, isActive)
      log.append(item)
      forgetOldest()
      toEnd()
      empty.hidden = true
    },
    toEnd,
    clear() {
      log.replaceChildren()
      active.clear()
      empty.hidden = false
    },
  }
}
