import type { Relay } from '../../views/layout.tsx'
import {
  connectRegistry,
  type RegistryClient,
  type RegistryLost,
  type Tap,
} from '../client/registry-client.ts'
import { Turns } from '../limits/turns.ts'
import { Limiter } from '../limits/web-limiter.ts'
import { mostAddresses } from '../operator/view.ts'
import { ok, type Result } from '../result.ts'
import type { Push, RefusalCode } from '../wire/message.ts'
import { createApp } from './app.tsx'
import { loadAssets } from './assets/assets.ts'
import { PeopleBook } from './book/people-book.ts'
import { iceServersFor, turnUserOf } from './calls/ice-servers.ts'
import { ListHtml } from './live/lists/list-html.tsx'
import { defaultUpdateLimits, ListUpdates } from './live/lists/list-updates.ts'
import { Rows } from './live/lists/rows.tsx'
import { defaultLiveLimits, Live } from './live/live.ts'
import { createReach, type Reach } from './live/reach.ts'
import type { Tab, TabSocket } from './live/tab.ts'
import { defaultUnreadLimits, Unread } from './live/unread.ts'
import { Announcement } from './operator/announcement.ts'
import { Desk, defaultDeskLimits } from './operator/desk.tsx'
import type { DeskSource, WebOverview } from './operator/desk-html.tsx'
import { type WebState, WebTally } from './operator/web-tally.ts'
import type { WebParts } from './parts.ts'
import { accessCodeOf } from './session/access-code.ts'
import { CallPorts } from './session/call-ports.ts'
import { Farewells } from './session/farewells.ts'
import { defaultSessionLimits } from './session/session-limits.ts'
import { Sessions } from './session/sessions.ts'
import { sessionProof } from './session/signature.ts'
import { WireTabs } from './wire/wire-tabs.tsx'

/** What to do with what a registry connection brings unasked. */
type On = { push: (push: Push) => void; lost: (why: RegistryLost) => void; tap?: Tap }

/** A new registry connection that may register browsers. */
export async function dial(
  { registry, ownEnds, key }: WebParts,
  { push, lost, tap }: On,
): Promise<Result<RegistryClient, RefusalCode>> {
  const client = await connectRegistry({
    hostname: registry.ip,
    port: registry.port,
    ...(ownEnds ? { ends: ownEnds } : {}),
    onPush: push,
    onLost: lost,
    ...(tap ? { tap } : {}),
  })
  // Also where a registry that takes no more connections says so.
  const answer = await client.ask({ verb: 'auth', secret: key })
  if (answer.ok) return ok(client)
  client.close()
  return answer
}

/** The web without its sockets: sessions, the book, the tabs and the routes, each knowing the others. */
export async function assemble(parts: WebParts) {
  const { log, now } = parts
  const tally = new WebTally(now)
  const limiter = limiterOf(parts, tally)
  const book: PeopleBook = new PeopleBook({
    change: (change) => {
      updates.changed(change)
      reach.changed(change)
    },
    replaced: () => {
      updates.replaced()
      reach.replaced()
    },
  })
  const farewells = parts.farewells ?? new Farewells()
  const announcement = new Announcement(() => live.noticeChanged())
  const notice = () => announcement.text
  const callPorts = new CallPorts({ isTaken: (ip, port) => book.takesCalls(ip, port), now })
  const sessions: Sessions = new Sessions({
    connect: (on) => dial(parts, on),
    onPush: (session, push) => live.pushed(session, push),
    onEnded: (session, ending) => live.ended(session, ending),
    proofOf: parts.severalServers ? (id) => sessionProof(id, parts.sessionSecret) : undefined,
    otherPort: (ip) => callPorts.suggest(ip),
    places: placesOf(limiter),
    limits: parts.sessionLimits ?? defaultSessionLimits,
  })
  const turns = new Turns(now)
  const rows = new Rows(parts.basePath)
  const html = new ListHtml(rows, parts.basePath)
  const overdue = (socket: TabSocket) => {
    limiter.note('unread', socket.data.ip)
    socket.terminate()
  }
  const unreadLimits = parts.unreadLimits ?? defaultUnreadLimits
  const unread: Unread = new Unread(unreadLimits, now, overdue, () => live.tabs)
  const rowsWait = ({ sessionId: id, ip }: Pick<Tab, 'sessionId' | 'ip'>, cost: number) =>
    limiter.work('rows', { id, ip }, cost)
  const updates: ListUpdates = new ListUpdates({
    book,
    rows,
    html,
    turns,
    send: (socket, text) => unread.send(socket, text),
    waitFor: rowsWait,
    onLimit: (limit, ip) => limiter.note(limit, ip),
    updateSeconds: tally.updateSeconds,
    now,
    limits: parts.updateLimits ?? defaultUpdateLimits,
  })
  const reach: Reach = createReach({
    find: (name, ip) => book.find(name, ip),
    send: (socket, text) => unread.send(socket, text),
    gatherMs: 100,
  })
  const live: Live = new Live({
    sessions,
    wires: new WireTabs({
      behalf: parts.behalf,
      ownEnds: parts.ownEnds,
      send: (socket, text) => unread.send(socket, text),
      waitFor: rowsWait,
    }),
    updates,
    ...{ reach, farewells, notice },
    calls: callPartsOf(parts),
    unread,
    waitFor: (of, messages) => limiter.work('messages', of, messages),
    onLimit: (limit, ip) => limiter.note(limit, ip),
    perTab: parts.limits,
    failed: (error) => log({ event: 'bug', where: 'live', error }),
    now,
    base: parts.basePath,
    limits: parts.liveLimits ?? defaultLiveLimits,
  })
  const figures = tally.figures({ sessions, live, unread, limiter })
  const office = officeOf(parts, turns, { sessions, live, unread, limiter, tally })
  const app = createApp({
    ...parts,
    figures: () => [...parts.figures, ...figures],
    operator: office,
    ...{ rows, html, turns, book, callPorts, sessions, limiter, farewells, notice },
    relay: relayIn(parts),
    secureUrl: secureUrlOf(parts),
    assets: await loadAssets(parts.pageFiles),
    accessCode: accessCodeOf(parts.accessCode, parts.sessionSecret),
  })
  const watched = bothOf(book, announcement)
  const desk = office?.desk
  return { app, watched, desk, live, limiter, reach, sessions, tally, turns, unread, updates }
}

const placesOf = (limiter: Limiter) => ({
  take: (ip: string) => limiter.takeSession(ip),
  leave: (ip: string) => limiter.leaveSession(ip),
})

const limiterOf = ({ limits, isTrusted: isExempt, log, now }: WebParts, { refusedAt }: WebTally) =>
  new Limiter({ limits, isExempt, refusedAt, log, now })

/** Told of what a watcher hears, one after the other. */
const bothOf = (book: PeopleBook, announcement: Announcement) => ({
  reopen() {
    book.reopen()
    announcement.reopen()
  },
  apply(push: Push) {
    book.apply(push)
    announcement.apply(push)
  },
})

/** The operator's page, where there is one: its key, what it shows, and those that are open. */
function officeOf(
  { operator, basePath: base, now }: WebParts,
  turns: Turns,
  { sessions, live, unread, limiter, tally }: WebState & { tally: WebTally },
) {
  if (!operator) return undefined
  const web = (): WebOverview => ({
    ...{ sessions: sessions.size, tabs: live.tabs, waitingBytes: unread.bytes },
    ...{ refused: limiter.refused, refusedAt: tally.refusedAt.highest(mostAddresses) },
  })
  const source: DeskSource = { view: operator.view, history: operator.history, web }
  const desk = new Desk({ source, base, now, turns, limits: defaultDeskLimits })
  return { key: operator.key, source, desk }
}

const callPartsOf = ({ ringTimeoutMs, sessionLimits, ice, sessionSecret, now }: WebParts) => ({
  ringTimeoutMs,
  tabGraceMs: (sessionLimits ?? defaultSessionLimits).tabGraceMs,
  now,
  iceServersOf: ({ id }: { id: string }) =>
    iceServersFor(ice, turnUserOf(id, sessionSecret), Date.now()),
})

/** Without a certificate of its own the page has TLS only from a proxy, under a name of the operator's. */
const secureUrlOf = ({ certificate, publicHosts: [name], basePath }: WebParts) =>
  name !== undefined && !certificate ? `https://${name}${basePath}/` : undefined

function relayIn({ calls, ice }: WebParts): Relay {
  if (calls === 'relay') return 'always'
  return ice.turnUrls.length > 0 ? 'offered' : 'none'
}
