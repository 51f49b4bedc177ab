import type { ServerWebSocket } from 'bun'
import * as v from 'valibot'
import { type ListView, maxPages } from '../../../views/people.tsx'
import type { TokenBucket } from '../../limits/token-bucket.ts'
import { type AsksReach, type CallWish, maxReachOf, type TakesCalls } from '../../page-protocol.ts'
import type { Language } from '../../text/languages.ts'
import type { Session, Wanted } from '../session/sessions.ts'
import type { ListGroup } from './lists/list-group.ts'

/** One open page of a browser, from the upgrade of its WebSocket to its close. */
export type Tab = {
  readonly sessionId: string
  /** The registration that its cookie tells of: what it may come back as after a restart. */
  readonly claim: Wanted | undefined
  readonly language: Language
  /** The browser's address. */
  readonly ip: string
  /** How many messages it may still send; none before its first. */
  messages: TokenBucket | undefined
  session: Session | undefined
  view: TabView | undefined
  /** The number of the last line of the wire that it shows; none while it shows no lines. */
  wireAfter: number | undefined
  /** Whether it has said that it can take calls. */
  takesCalls: boolean
  /** What the page calls itself, on this connection and on others. */
  page: string | undefined
  /** The people that it asked about before its session was there. */
  reachOf: AsksReach['reachOf'] | undefined
  /** What it wished of calls before its session was there. */
  readonly wishes: CallWish[]
  group: TabGroup | undefined
  /** What it was sent last of the list. */
  shown: { group: TabGroup; version: number } | undefined
  /** Its view waits for its turn, or until its session may ask again. */
  asking: boolean
  /** The view that was paid for. */
  paidFor: TabView | undefined
  retry: Timer | undefined
  /** It did not get what changed, since it had not read what came before. */
  isBehind: boolean
  /** Bytes that waited for it when that was looked at last. */
  waitingBytes: number
  /** When it last read some of them, in milliseconds. */
  readAt: number
  /** Whether it was told on this connection what the operator tells everybody. */
  knowsNotice: boolean
  /** When it last answered, in milliseconds. */
  heardAt: number
  silent: boolean
  /** It is the operator's page, until then in Unix time in milliseconds, and shows this HTML by element. */
  operator?: { readonly until: number; filter: string; readonly shown: Map<string, string> }
}

export type TabSocket = ServerWebSocket<Tab>

export type TabGroup = ListGroup<TabSocket>

/** A tab that has just connected. */
export const newTab = (of: Pick<Tab, 'sessionId' | 'claim' | 'language' | 'ip'>): Tab => ({
  ...of,
  messages: undefined,
  session: undefined,
  view: undefined,
  wireAfter: undefined,
  takesCalls: false,
  page: undefined,
  reachOf: undefined,
  wishes: [],
  group: undefined,
  shown: undefined,
  asking: false,
  paidFor: undefined,
  retry: undefined,
  isBehind: false,
  waitingBytes: 0,
  readAt: 0,
  knowsNotice: false,
  heardAt: 0,
  silent: false,
})

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
export function readTabView(said: unknown, before: TabView | undefined): TabView | undefined {
  const read = v.safeParse(message, said)
  if (!read.success) return undefined
  const { filter, order, page, pages, personName, personIp } = read.output
  // A list that is there grows by one page at a time; a tab that comes back gets all its pages at once.
  const longest = before?.list ? before.list.pages + 1 : maxPages
  if (filter === undefined && pages !== undefined && before?.list) {
    // The end of the list came into sight: the same view, longer.
    return { ...before, list: { ...before.list, pages: Math.min(pages, longest) } }
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
        : { ...list, start: page ?? 1, pages: Math.min(pages ?? 1, longest) }),
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
    v.object({ kind: v.picklist(['accept', 'decline', 'hangup', 'servers']), id }),
    v.object({ kind: v.literal('invite'), id, ...person, tag: v.optional(id) }),
    v.object({ kind: v.literal('uninvite'), id, ...person }),
    v.object({
      kind: v.literal('signal'),
      id,
      payload: v.pipe(v.string(), v.maxLength(maxPayload), v.regex(/^[\w-]+$/)),
      to: v.optional(v.object(person)),
    }),
    v.object({ kind: v.literal('resume'), id, ...person }),
  ]),
})

/** Reads what a tab wishes of a call; `undefined` where that is not what it sent. */
export function readCallWish(said: unknown): CallWish | undefined {
  const read = v.safeParse(wish, said)
  return read.success ? read.output.call : undefined
}

const takesCalls = v.object({ takesCalls: v.literal(true), page: v.optional(id) })

/** A tab says that it can take calls; `undefined` where it says something else. */
export function readTakesCalls(said: unknown): TakesCalls | undefined {
  const read = v.safeParse(takesCalls, said)
  return read.success ? read.output : undefined
}

const asksReach = v.object({ reachOf: v.pipe(v.array(v.object(person)), v.maxLength(maxReachOf)) })

/** A tab asks whether people can be called; `undefined` where it says something else. */
export function readAsksReach(said: unknown): AsksReach | undefined {
  const read = v.safeParse(asksReach, said)
  return read.success ? read.output : undefined
}

/** Our pages say nothing that has as many brackets, even where each letter of a filter or a name is one. */
const maxBrackets = 300

/** `undefined` where it is no JSON, or no page of ours would say it. */
export function parseJson(text: string): unknown {
  try {
    return hasMany(text) ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}

/** To parse what is deep takes up to fifty times as long as what is flat and of the same length. */
function hasMany(text: string): boolean {
  const bracket = /[[{]/g
  let found = 0
  while (bracket.test(text)) if (++found > maxBrackets) return true
  return false
}

/** A message costs one more for each so many characters: room for what a call says at its beginning. */
const messageUnit = 4_096

export const costOfMessage = (text: string): number => 1 + Math.floor(text.length / messageUnit)

/** Of a tab whose session is not there yet. */
export const maxWaitingWishes = 8
