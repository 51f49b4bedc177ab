import type { ServerWebSocket } from 'bun'
import * as v from 'valibot'
import { type ListView, maxPages } from '../../views/people.tsx'
import type { CallWish } from '../page-protocol.ts'
import type { Language } from '../text/languages.ts'
import type { Allowance } from './allowances.ts'
import type { ListGroup } from './list-group.ts'
import type { Identity, Session } from './sessions.ts'

/** One open page of a browser, from the upgrade of its WebSocket to its close. */
export type Tab = {
  readonly sessionId: string
  /** Who its cookie says it is registered as: what it may come back as after a restart. */
  readonly claim: Identity | undefined
  readonly language: Language
  /** The browser's address. */
  readonly ip: string
  /** What it may still say. */
  readonly messages: Allowance
  session: Session | undefined
  view: TabView | undefined
  /** What it wished of calls before its session was there. */
  readonly wishes: CallWish[]
  group: ListGroup | undefined
  /** When it last answered, in milliseconds. */
  heardAt: number
  silent: boolean
}

export type TabSocket = ServerWebSocket<Tab>

/** What a tab says that it looks at; it says so on every connect and whenever that changes. */
export type TabView = {
  list: ListView | undefined
  person: { name: string; ip: string } | undefined
}

const numberFrom = (min: number, max: number) =>
  v.pipe(
    v.union([v.string(), v.number()]),
    v.transform(Number),
    v.integer(),
    v.minValue(min),
    v.maxValue(max),
  )

const message = v.object({
  filter: v.optional(v.pipe(v.string(), v.maxLength(200))),
  order: v.optional(v.picklist(['name', 'newest'])),
  page: v.optional(numberFrom(1, 1_000_000)),
  pages: v.optional(numberFrom(1, maxPages)),
  personName: v.optional(v.pipe(v.string(), v.maxLength(200))),
  personIp: v.optional(v.pipe(v.string(), v.maxLength(64))),
})

/** Reads what a tab sends; `undefined` where it is not ours. `before` is what it looked at. */
export function readTabView(text: string, before: TabView | undefined): TabView | undefined {
  const read = v.safeParse(message, parseJson(text))
  if (!read.success) return undefined
  const { filter, order, page, pages, personName, personIp } = read.output
  if (filter === undefined && pages !== undefined && before?.list) {
    // The end of the list came into sight: the same view, longer.
    return { ...before, list: { ...before.list, pages } }
  }
  const list = filter === undefined ? undefined : { filter: filter.trim(), order: order ?? 'name' }
  const same =
    before?.list && list?.filter === before.list.filter && list.order === before.list.order
  return {
    // Another filter begins at its first page; a reconnect brings back all that was there.
    list:
      list &&
      (before && !same
        ? { ...list, start: 1, pages: 1 }
        : { ...list, start: page ?? 1, pages: pages ?? 1 }),
    person: personName && personIp ? { name: personName, ip: personIp } : undefined,
  }
}

const id = v.pipe(v.string(), v.regex(/^[\w-]{1,64}$/))
const person = {
  name: v.pipe(v.string(), v.maxLength(200)),
  ip: v.pipe(v.string(), v.maxLength(64)),
}

/** Bytes of one message between two pages, in base64url: room for any session description. */
const maxPayload = 60 * 1024

const wish = v.object({
  call: v.variant('kind', [
    v.object({ kind: v.literal('call'), ...person, tag: v.optional(id) }),
    v.object({ kind: v.picklist(['accept', 'decline', 'hangup']), id }),
    v.object({
      kind: v.literal('signal'),
      id,
      payload: v.pipe(v.string(), v.maxLength(maxPayload), v.regex(/^[\w-]+$/)),
    }),
    v.object({ kind: v.literal('resume'), id, ...person }),
  ]),
})

/** Reads what a tab wishes of a call; `undefined` where that is not what it sent. */
export function readCallWish(text: string): CallWish | undefined {
  const read = v.safeParse(wish, parseJson(text))
  return read.success ? read.output.call : undefined
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
