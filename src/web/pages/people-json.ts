import { isUtf8 } from 'node:buffer'
import type { Context } from 'hono'
import { Hono } from 'hono'
import { accepts } from 'hono/accepts'
import type { ListView } from '../../../views/people.tsx'
import type { Guesses } from '../../limits/guesses.ts'
import type { Turns } from '../../limits/turns.ts'
import type { Limiter } from '../../limits/web-limiter.ts'
import { digest, isSame } from '../../secrets.ts'
import type { PeopleBook, Person } from '../book/people-book.ts'
import { sendText } from '../http/page.tsx'
import { pageSize, type Shown, showView } from '../live/lists/list-group.ts'
import { costOf } from '../live/lists/list-views.ts'
import type { WebEnv } from '../session/browser.ts'
import { viewOf } from './people.tsx'

export type PeopleJsonParts = {
  book: PeopleBook
  limiter: Limiter
  turns: Turns
  guesses: Guesses
  /** The digest of the operator's key; none where no key is set. */
  operator: { key: Buffer } | undefined
}

/** Whether who asks may; otherwise the answer that says why not. `spender` is whose rows they count as. */
type Admitted = { spender: string | undefined } | Response

/**
 * The list as JSON (RFC 8259), at the path of the page: for a registered browser that prefers it, and for whoever
 * says the operator's key as a bearer token (RFC 6750). Filter, order and pages are those of the page.
 */
export const peopleJsonRoutes = (parts: PeopleJsonParts) =>
  new Hono<WebEnv>().get('/people', async (c, next) => {
    c.header('Vary', 'Accept, Authorization', { append: true })
    const token = tokenOf(c)
    if (token === undefined && !prefersJson(c)) return next()
    const admitted = token === undefined ? byCookie(c) : byKey(c, token, parts)
    if (admitted instanceof Response) return admitted
    return answer(c, admitted.spender, parts)
  })

const prefersJson = (c: Context): boolean =>
  accepts(c, {
    header: 'Accept',
    supports: ['text/html', 'application/json'],
    default: 'text/html',
  }) === 'application/json'

/** Empty where none is said after the word. */
function tokenOf(c: Context): string | undefined {
  const said = /^Bearer(?:\s+(.*))?$/i.exec(c.req.header('Authorization') ?? '')
  return said ? asTyped((said[1] ?? '').trim()) : undefined
}

/** A header gives a character for each byte. A key with letters beyond ASCII is mostly sent in UTF-8, as `curl` does. */
function asTyped(header: string): string {
  const bytes = Buffer.from(header, 'latin1')
  return isUtf8(bytes) ? bytes.toString() : header
}

const realm = 'realm="Encontro"'

function byCookie(c: Context<WebEnv>): Admitted {
  const { session } = c.var.browser
  return session
    ? { spender: session.id }
    : c.json({ error: 'not-registered' }, 401, { 'WWW-Authenticate': `Bearer ${realm}` })
}

function byKey(
  c: Context<WebEnv>,
  token: string,
  { operator, guesses, limiter }: PeopleJsonParts,
): Admitted {
  const { ip } = c.var.browser
  const waitSeconds = guesses.waitSeconds(ip)
  if (waitSeconds > 0) {
    limiter.note('codes', ip)
    return c.json({ error: 'too-many-attempts' }, 429, { 'Retry-After': `${waitSeconds}` })
  }
  if (operator && isSame(digest(token), operator.key)) return { spender: undefined }
  guesses.guessedWrong(ip)
  const challenge = { 'WWW-Authenticate': `Bearer ${realm}, error="invalid_token"` }
  return c.json({ error: 'bad-secret' }, 401, challenge)
}

async function answer(
  c: Context<WebEnv>,
  spender: string | undefined,
  { book, limiter, turns }: PeopleJsonParts,
): Promise<Response> {
  const view = viewOf(c.req.query())
  const cost = costOf(view.pages * pageSize, book.size, view.filter)
  const { ip } = c.var.browser
  const waitMs = spender === undefined ? 0 : limiter.work('rows', { id: spender, ip }, cost)
  if (waitMs > 0) {
    const headers = { 'Retry-After': `${Math.ceil(waitMs / 1_000)}` }
    return c.json({ error: 'too-fast' }, 429, headers)
  }
  // A long filter is not to make the others wait.
  const shown = await turns.make(spender ?? `key ${ip}`, () => showView(book, view))
  return sendText(c, `${JSON.stringify(bodyOf(view, shown))}\n`, 'application/json')
}

const bodyOf = (view: ListView, { rows, matching, total, more }: Shown) => ({
  people: rows.map(personOf),
  /** How many match the filter, and how many there are. */
  ...{ matching, total },
  /** The pages that these are, of fifty each, and the next where there are more. */
  ...{ page: view.start, pages: view.pages, next: more ? view.start + view.pages : null },
})

/** As the wire tells it: `since` is Unix time in milliseconds. */
const personOf = ({ name, ip, callPort, since, ready, busy, partners }: Person) => ({
  ...{ name, ip, callPort, since, ready, busy },
  ...(partners ? { partners: partners.names, morePartners: partners.more } : {}),
})
