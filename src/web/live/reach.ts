import type { ReachNews } from '../../page-protocol.ts'
import type { PersonChange } from '../book/people-book.ts'
import type { TabSocket } from './tab.ts'

type Who = { name: string; ip: string }

export type ReachParts = {
  find: (name: string, ip: string) => ({ ready: boolean; busy: boolean } & Who) | undefined
  send: (socket: TabSocket, text: string) => void
  /** In milliseconds: after a change, others that follow at once are told with it. */
  gatherMs: number
}

export type Reach = {
  /** From now on the page is told of these people, and of no others. */
  ask: (socket: TabSocket, people: readonly Who[]) => void
  changed: (change: PersonChange) => void
  /** The book was replaced as a whole. */
  replaced: () => void
  /** The tab has read what it was sent. */
  catchUp: (socket: TabSocket) => void
  drop: (socket: TabSocket) => void
  stop: () => void
}

/**
 * Whether the people that a page names can be called: those of its missed calls. They need not be in the
 * part of the list that it shows. A page is told of all its people at once, as they are then.
 */
export function createReach({ find, send, gatherMs }: ReachParts): Reach {
  const asked = new Map<TabSocket, readonly Who[]>()
  const askers = new Map<string, Set<TabSocket>>()
  const untold = new Set<TabSocket>()
  let timer: Timer | undefined

  function tell(socket: TabSocket): void {
    // One that reads too slowly is told once it has read what waits for it.
    if (socket.getBufferedAmount() > 0) return void untold.add(socket)
    untold.delete(socket)
    const here = (asked.get(socket) ?? []).flatMap(({ name, ip }) => find(name, ip) ?? [])
    const reach = here.map(({ name, ip, ready, busy }) => ({ name, ip, ready, busy }))
    send(socket, JSON.stringify({ reach } satisfies ReachNews))
  }

  function tellSoon(): void {
    timer ??= setTimeout(() => {
      timer = undefined
      for (const socket of [...untold]) tell(socket)
    }, gatherMs)
  }

  function forget(socket: TabSocket): void {
    for (const person of asked.get(socket) ?? []) {
      const tabs = askers.get(keyOf(person))
      tabs?.delete(socket)
      if (tabs?.size === 0) askers.delete(keyOf(person))
    }
    asked.delete(socket)
    untold.delete(socket)
  }

  return {
    ask(socket, people) {
      forget(socket)
      if (people.length === 0) return
      asked.set(socket, people)
      for (const person of people) {
        const tabs = askers.get(keyOf(person)) ?? new Set()
        askers.set(keyOf(person), tabs.add(socket))
      }
      tell(socket)
    },
    changed({ person }) {
      const tabs = askers.get(keyOf(person))
      if (!tabs) return
      for (const socket of tabs) untold.add(socket)
      tellSoon()
    },
    replaced() {
      if (asked.size === 0) return
      for (const socket of asked.keys()) untold.add(socket)
      tellSoon()
    },
    catchUp(socket) {
      if (untold.has(socket)) tell(socket)
    },
    drop: forget,
    stop: () => clearTimeout(timer),
  }
}

/** Unambiguous, because no name and no IP holds a comma. */
const keyOf = ({ name, ip }: Who): string => `${name},${ip}`
