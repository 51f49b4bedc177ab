/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from 'hono'
import { raw } from 'hono/html'
import { FreePeople, NoPeople } from '../../../views/calls/add.tsx'
import { languages } from '../../text/languages.ts'
import { fold, type PeopleBook } from '../book/people-book.ts'
import { languageOf } from '../http/language.ts'
import { goTo, respond, wantsFragment } from '../http/page.tsx'
import { costOf } from '../live/lists/list-views.ts'
import type { WebEnv } from '../session/browser.ts'
import type { PeopleParts } from './people.tsx'

/** Rows at once: a person who does not see somebody among them types a part of the name. */
const mostShown = 20

/** The people that can be brought into a call, for the page of a call alone. */
export const freePeopleRoutes = ({ book, turns, limiter }: Omit<PeopleParts, 'rows' | 'html'>) =>
  new Hono<WebEnv>().get('/call/people', async (c) => {
    if (!wantsFragment(c)) return goTo(c, '/people')
    const { session, ip } = c.var.browser
    const t = languages[languageOf(c)]
    if (!session) {
      // Not sent to the form, as from other pages: that would end the call of a page whose server has
      // just come back, and knows it again in a moment.
      c.status(403)
      return respond(c, { title: '', content: <NoPeople t={t.call} /> })
    }
    const { id, me } = session
    const asked = (c.req.query('q') ?? '').trim().slice(0, 64)
    // The whole list is looked through, with and without a search: for who is free.
    const waitMs = limiter.work('rows', { id, ip }, costOf(mostShown, book.size, 'free'))
    if (waitMs > 0) {
      return c.text(t.tooManyRequests, 429, { 'Retry-After': `${Math.ceil(waitMs / 1_000)}` })
    }
    const content = await turns.make(id, () => {
      const free = freePeople(book, me, asked)
      const people = free.slice(0, mostShown)
      const more = free.length - people.length
      return String(<FreePeople t={t.call} {...{ people, more, isSearch: asked !== '' }} />)
    })
    return respond(c, { title: '', content: raw(content) })
  })

type Me = { name: string; ip: string }

/** Those that take calls and are in none, by name; the very name that is asked for comes first. */
function freePeople(book: PeopleBook, me: Me, asked: string) {
  const wanted = fold(asked)
  return book.sorted('name').filter(
    (person) =>
      person.ready &&
      !person.busy &&
      (wanted === '' || person.folded.includes(wanted)) &&
      !(person.name === me.name && person.ip === me.ip),
    ({ folded, ip }) => folded === `${wanted} ${ip}`,
  )
}
