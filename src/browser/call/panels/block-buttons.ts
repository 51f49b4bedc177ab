import type { CallNews, CallWish } from '../../../page-protocol.ts'
import type { CallText } from '../../../text/call-pt.ts'
import { type Blocked, block, blockedPeople, isBlocked, isListed, unblock } from './blocked.ts'

type Caller = { name: string; ip: string }

/** Whether the last caller has the same address as this browser. */
let sharesAddress = false

/** Passes on what the page is told of calls, without the calls of blocked people. */
export const screened =
  (sendCall: (wish: CallWish) => void, pass: (news: CallNews) => void) =>
  (news: CallNews): void => {
    if (news.kind === 'ringing' && news.direction === 'in') {
      if (isBlocked(news)) return void sendCall({ kind: 'decline', id: news.id })
      sharesAddress = news.sharesAddress === true
    }
    if (news.kind === 'missed' && isBlocked(news)) return
    pass(news)
  }

/**
 * The button beside a person's details, and the list of blocked people. Both are hidden
 * until here, since without this script nobody rings.
 */
export function startBlockButtons(t: CallText): { blockCaller: (caller: Caller) => void } {
  document.addEventListener('click', ({ target }) => {
    const pressed = target instanceof Element ? target.closest('[data-block-name]') : null
    const person = pressed instanceof HTMLElement ? personOf(pressed) : undefined
    if (!person) return
    if (isListed(person)) unblock(person)
    else block(person)
    show(t)
  })
  addEventListener('storage', () => show(t))
  // Details are swapped in. What this puts on the page itself is not theirs.
  new MutationObserver((changes) => {
    if (changes.some(({ addedNodes }) => [...addedNodes].some(hasNewButton))) show(t)
  }).observe(document.body, { childList: true, subtree: true })
  show(t)
  return {
    blockCaller({ name, ip }) {
      block({ name, ip, nameOnly: sharesAddress })
      show(t)
    },
  }
}

function hasNewButton(node: Node): boolean {
  return node instanceof Element && node.querySelector('[data-block-name][hidden]') !== null
}

function show(t: CallText): void {
  for (const each of document.querySelectorAll<HTMLElement>('[data-block-name]')) {
    if (!each.closest('#blocked')) showButton(t, each)
  }
  showList(t)
}

function showButton(t: CallText, button: HTMLElement): void {
  const person = personOf(button)
  if (!person) return
  const listed = isListed(person)
  button.textContent = listed ? t.unblock : t.block
  button.ariaLabel = listed ? t.unblockPerson(person.name) : t.blockPerson(person.name)
  button.hidden = false
}

function showList(t: CallText): void {
  const section = document.getElementById('blocked')
  const list = document.getElementById('blocked-list')
  if (!section || !list) return
  const people = blockedPeople()
  section.hidden = people.length === 0
  list.replaceChildren(...people.map((person) => rowOf(t, person)))
}

function rowOf(t: CallText, person: Blocked): HTMLLIElement {
  const item = document.createElement('li')
  const name = document.createElement('bdi')
  name.textContent = person.name
  const address = document.createElement('code')
  address.textContent = person.ip
  const scope = document.createElement('span')
  scope.className = 'hint'
  scope.textContent = person.nameOnly ? t.blockedByName : t.blockedByAddress
  const button = document.createElement('button')
  button.type = 'button'
  button.className = 'button button--quiet'
  button.dataset.blockName = person.name
  button.dataset.blockIp = person.ip
  button.textContent = t.unblock
  button.ariaLabel = t.unblockPerson(person.name)
  item.append(name, address, scope, button)
  return item
}

function personOf({ dataset }: HTMLElement): Blocked | undefined {
  const { blockName: name, blockIp: ip } = dataset
  if (name === undefined || ip === undefined) return undefined
  return { name, ip, nameOnly: dataset.blockNameOnly !== undefined }
}
