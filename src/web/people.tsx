import { Hono } from 'hono'
import { createMiddleware } from 'hono/factory'
import { type ListView, People } from '../../views/people.tsx'
import { PersonDialog, PersonPage } from '../../views/person.tsx'
import { Problem } from '../../views/problem.tsx'
import { formatEndpoint } from '../endpoint.ts'
import type { WayIn } from '../way-in.ts'
import { parseIp } from '../wire/address.ts'
import { parseName } from '../wire/name.ts'
import type { WebEnv } from './browser.ts'
import { showView } from './list-group.ts'
import { goTo, inOnePiece, type PageParts, page, textOf, wantsFragment } from './page.tsx'
import type { PeopleBook } from './people-book.ts'
import { problemOf, statusOf } from './refusals.ts'
import type { Session } from './sessions.ts'

export type PeopleParts = PageParts & { book: PeopleBook; registry: WayIn }

/** Who is here, and where each takes calls: for those who are registered themselves. */
export const peopleRoutes = ({ frame, book, registry }: PeopleParts) =>
  new Hono<WebEnv & { Variables: { session: Session } }>()
    .use('/people', registeredOnly)
    .use('/person', registeredOnly)
    .get('/people', (c) => {
      const { me } = c.var.session
      const t = textOf(c)
      const view = viewOf(c.req.query())
      const shown = showView(book, view)
      return page(
        c,
        { frame },
        t.peopleTitle,
        me,
        <People
          t={t}
          view={view}
          {...shown}
          mine={book.find(me.name, me.ip)?.id}
          registry={registry}
        />,
      )
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
        const problem = <Problem t={t} why={problemOf(t, code).text} inDialog={wantsFragment(c)} />
        return wantsFragment(c)
          ? c.html(problem)
          : inOnePiece(page(c, { frame }, t.problemTitle, me, problem))
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
      }
      c.header('Vary', 'HX-Request')
      return wantsFragment(c)
        ? c.html(<PersonDialog {...person} />)
        : inOnePiece(page(c, { frame }, t.personTitle(name.value), me, <PersonPage {...person} />))
    })

const registeredOnly = createMiddleware<WebEnv & { Variables: { session: Session } }>(
  async (c, next) => {
    const { session, identity } = c.var.browser
    if (!session) return goTo(c, identity?.registered ? '/?notice=lost' : '/')
    c.set('session', session)
    await next()
  },
)

/** The view that a URL asks for; what makes no sense is the first page of everybody. */
export function viewOf(query: Record<string, string>): ListView {
  const start = /^[1-9]\d{0,5}$/.test(query.page ?? '') ? Number(query.page) : 1
  return {
    filter: (query.filter ?? '').trim().slice(0, 64),
    order: query.order === 'newest' ? 'newest' : 'name',
    start,
    pages: 1,
  }
}
