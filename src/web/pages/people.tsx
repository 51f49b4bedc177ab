/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { raw } from 'hono/html'
import { type ListView, maxPages, type PersonRowProps } from '../../../views/people.tsx'
import { PersonDialog, PersonPage } from '../../../views/person.tsx'
import { Problem } from '../../../views/problem.tsx'
import { formatEndpoint } from '../../endpoint.ts'
import { addressGroup } from '../../limits/address-group.ts'
import type { Turns } from '../../limits/turns.ts'
import type { Limiter } from '../../limits/web-limiter.ts'
import { isolated } from '../../text/isolated.ts'
import { parseIp } from '../../wire/address.ts'
import { parseName } from '../../wire/name.ts'
import type { PeopleBook } from '../book/people-book.ts'
import { languageOf } from '../http/language.ts'
import { baseOf, goTo, respond, textOf, wantsFragment } from '../http/page.tsx'
import { pageSize, type Shown, showView } from '../live/lists/list-group.ts'
import type { ListHtml } from '../live/lists/list-html.tsx'
import { costOf, rowsInAPart } from '../live/lists/list-views.ts'
import type { Rows } from '../live/lists/rows.tsx'
import type { WebEnv } from '../session/browser.ts'
import type { Session } from '../session/sessions.ts'
import { problemOf, statusOf } from './problems.ts'

export type PeopleParts = {
  book: PeopleBook
  rows: Rows
  html: ListHtml
  turns: Turns
  limiter: Limiter
}

/** The list of people, and where each takes calls: for people who are registered themselves. */
export const peopleRoutes = ({ book, rows, html, turns, limiter }: PeopleParts) =>
  new Hono<WebEnv & { Variables: { session: Session } }>()
    .use('/people', registeredOnly)
    .use('/person', registeredOnly)
    .get('/people', async (c) => {
      const { me, id } = c.var.session
      const t = textOf(c)
      const language = languageOf(c)
      const view = viewOf(c.req.query())
      const cost = costOf(view.pages * pageSize, book.size, view.filter)
      const waitMs = limiter.work('rows', { id, ip: c.var.browser.ip }, cost)
      if (waitMs > 0) {
        return c.text(t.tooManyRequests, 429, { 'Retry-After': `${Math.ceil(waitMs / 1_000)}` })
      }
      const mine = book.find(me.name, me.ip)
      let shown: Shown | undefined
      const content = await turns.make(id, () => {
        // As it is when it is looked at, also where rendering it takes several turns.
        shown ??= showView(book, view)
        if (!rows.prepare(shown.rows, language, rowsInAPart)) return undefined
        const look = { view, shown, language, mine }
        return wantsFragment(c) ? html.inPlace(look) : html.onPage(look, mine ?? ownRowOf(me))
      })
      return respond(c, { title: t.peopleTitle, me, content: raw(content) })
    })
    .get('/person', async (c) => {
      const { me, client } = c.var.session
      const t = textOf(c)
      const name = parseName(c.req.query('name') ?? '')
      const ip = parseIp(c.req.query('ip') ?? '')
      const answer =
        name.ok && ip.ok
          ? await client.ask({ verb: 'details', name: name.value, ip: ip.value })
          : undefined
      if (!name.ok || !answer?.ok || answer.value.kind !== 'address') {
        const code = answer && !answer.ok ? answer.error : 'unknown-user'
        c.status(statusOf(code))
        const why = problemOf(t, code).text
        const problem = { t, base: baseOf(c), why }
        return respond(c, {
          title: t.problemTitle,
          me,
          content: <Problem {...problem} inDialog={false} />,
          fragment: <Problem {...problem} inDialog={true} />,
        })
      }
      const { ip: personIp, callPort } = answer.value
      const known = book.find(name.value, personIp)
      const isMe = name.value === me.name && personIp === me.ip
      const person = {
        t,
        name: name.value,
        ip: personIp,
        callAddress: formatEndpoint({ ip: personIp, port: callPort }),
        ...(known ? { since: known.since } : {}),
        ...(known && !isMe ? { reach: known } : {}),
        sharesAddress: addressGroup(personIp) === addressGroup(me.ip),
      }
      return respond(c, {
        title: t.personTitle(isolated(name.value)),
        me,
        content: <PersonPage {...person} base={baseOf(c)} />,
        fragment: <PersonDialog {...person} />,
      })
    })

export const registeredOnly = createMiddleware<WebEnv & { Variables: { session: Session } }>(
  async (c, next) => {
    const { session, identity } = c.var.browser
    if (!session) return goTo(c, identity?.registered ? '/?notice=lost' : '/')
    c.set('session', session)
    await next()
  },
)

/** While the book has not heard of them. */
const ownRowOf = (me: Session['me']): PersonRowProps => ({
  ...me,
  id: 'own',
  since: Date.now(),
  ready: true,
  busy: false,
  partners: undefined,
})

/** The view that a URL asks for; what makes no sense is the first page of everybody. */
export function viewOf(query: Record<string, string>): ListView {
  const numberOf = (text = '') => (/^[1-9]\d{0,5}$/.test(text) ? Number(text) : 1)
  return {
    filter: (query.filter ?? '').trim().slice(0, 64),
    order: query.order === 'newest' ? 'newest' : 'name',
    start: numberOf(query.page),
    pages: Math.min(numberOf(query.pages), maxPages),
  }
}
