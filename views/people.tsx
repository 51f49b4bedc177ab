/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { FC } from 'hono/jsx'
import { formatEndpoint } from '../src/endpoint.ts'
import type { Text } from '../src/text/pt.ts'
import { BlockedPeople } from './blocked.tsx'
import { MissedCalls } from './calls/missed.tsx'
import { Readiness } from './calls/readiness.tsx'
import { FilterForm } from './filter-form.tsx'
import { InviteButton } from './invite.tsx'
import { CallButton, Moment, personHref, type Reach } from './person.tsx'

export type Order = 'name' | 'newest'

/** What a tab looks at: `pages` pages of the list from page `start` on, which begins at 1. */
export type ListView = { filter: string; order: Order; start: number; pages: number }

/** One row. `id` is unique among the registrations of this run of the server. */
export type PersonRowProps = Reach & {
  id: string
  name: string
  ip: string
  callPort: number
  since: number
}

export type PeopleProps = {
  t: Text
  view: ListView
  /** HTML: rows of `rowAround`, which are rendered once for all lists that show them. */
  rows: string
  total: number
  matching: number
  more: boolean
  /** The registration of the person that looks, which stands above the list. */
  own: PersonRowProps
  /** The path that all of ours begin with. */
  base: string
  /** When it was so, in Unix time in milliseconds. */
  asOf: number
}

/** The same without what a page has once. */
export type ListProps = Omit<PeopleProps, 'own'>

export const peopleHref = (base: string, view: ListView): string => {
  const query = new URLSearchParams()
  if (view.filter) query.set('filter', view.filter)
  if (view.order !== 'name') query.set('order', view.order)
  if (view.start > 1) query.set('page', String(view.start))
  return query.size === 0 ? `${base}/people` : `${base}/people?${query}`
}

/** Of rows: a person's details are shown above the list. */
const opensDialog = {
  'hx-boost:inherited': 'true',
  'hx-target:inherited': '#dialog',
  'hx-swap:inherited': 'innerHTML show:none',
  'hx-push-url:inherited': 'false',
}

export const People: FC<PeopleProps> = (props) => {
  const { t, view, base } = props
  return (
    <section class="people">
      <div class="people__head">
        <h1 id="people-title" tabindex={-1}>
          {t.peopleTitle}
        </h1>
        <p id="count" class="people__count">
          {countOf(props)}
        </p>
        <Readiness t={t.call} />
      </div>
      <AsOf {...props} />
      <MissedCalls t={t.call} />
      <FilterForm
        action={`${base}/people`}
        label={t.filter}
        placeholder={t.filterShort}
        filter={view.filter}
        again={t.refreshPeople}
      >
        <div class="toolbar__order">
          <label for="order">{t.order}</label>
          <select id="order" class="input" name="order">
            <option value="name" selected={view.order === 'name'}>
              {t.orderByName}
            </option>
            <option value="newest" selected={view.order === 'newest'}>
              {t.orderByNewest}
            </option>
          </select>
        </div>
        {view.start > 1 && <input type="hidden" name="page" value={view.start} />}
        <Pages pages={view.pages} />
      </FilterForm>
      <div class="people__columns" aria-hidden="true">
        <span>{t.name}</span>
        <span>{t.callAddress}</span>
        <span>{t.since}</span>
      </div>
      <div {...opensDialog}>
        <div id="own" class="person person--own">
          <RowContent t={t} base={base} row={props.own} mine />
        </div>
        <ol id="people" class="people__list">
          {raw(props.rows)}
        </ol>
      </div>
      <Below {...props} />
      <BlockedPeople t={t.call} />
      <p id="announcement" class="visually-hidden" role="status" aria-live="polite" />
    </section>
  )
}

/** What stands in a row. `mine`: it is the row of the person that looks. */
export const RowContent: FC<{ t: Text; base: string; row: PersonRowProps; mine: boolean }> = ({
  t,
  base,
  row,
  mine,
}) => (
  <>
    <a href={personHref(base, row)} dir="auto">
      {row.name}
    </a>
    {mine && <span class="tag">{t.you}</span>}
    {!mine && !row.ready && (
      <span class="tag tag--program" title={t.programHint}>
        {t.program}
      </span>
    )}
    <code>{formatEndpoint({ ip: row.ip, port: row.callPort })}</code>
    <Moment at={row.since} />
    {!mine && <CallButton t={t} person={row} />}
  </>
)

/**
 * A row around its content, which is HTML. Not JSX: a list has thousands, and this is all of a row
 * that differs between the lists that show it.
 */
export const rowAround = (
  { id }: { id: string },
  content: string,
  { mine = false, arriving = false } = {},
): string =>
  `<li id="${id}" class="person${mine ? ' person--mine' : ''}${arriving ? ' person--new' : ''}">${content}</li>`

/** How many pages this tab holds: goes up with its view, so that a reconnect brings them again. */
export const Pages: FC<{ pages: number }> = ({ pages }) => (
  <input id="pages" type="hidden" name="pages" value={pages} />
)

/** How many people there are, in words. */
export const countOf = ({
  t,
  view,
  total,
  matching,
}: Pick<PeopleProps, 't' | 'view' | 'total' | 'matching'>): string =>
  view.filter === '' ? t.people(total) : t.peopleMatching(matching, total)

/** For a page whose list does not change by itself: it has no script, or no connection. */
export const AsOf: FC<Pick<ListProps, 't' | 'asOf'>> = ({ t, asOf }) => (
  <p id="as-of" class="people__as-of">
    {t.listAsOf} <Moment at={asOf} />. {t.askAgainForChanges}
  </p>
)

/** What follows the rows: what to do where there are none, or the way to the next ones. */
export const Below: FC<Omit<ListProps, 'rows' | 'asOf'>> = ({
  t,
  view,
  total,
  matching,
  more,
  base,
}) => (
  <div id="below" class="people__below">
    {more && (
      <a
        class="button button--quiet"
        href={peopleHref(base, { ...view, start: view.start + view.pages, pages: 1 })}
        {...(view.pages < maxPages
          ? {
              'hx-get': peopleHref(base, { ...view, pages: 1 }),
              'hx-swap': 'none',
              'hx-trigger': view.pages < pagesByThemselves ? 'intersect once' : 'click',
              'hx-vals': JSON.stringify({ pages: view.pages + 1 }),
            }
          : {})}
      >
        {t.more}
      </a>
    )}
    {view.start > 1 && (
      <a class="button button--quiet" href={peopleHref(base, { ...view, start: 1, pages: 1 })}>
        {t.firstPage}
      </a>
    )}
    {matching === 0 && view.filter !== '' && (
      <div class="empty">
        <p>{t.nobodyMatches}</p>
        <p>
          <a class="button button--quiet" href={`${base}/people`}>
            {t.showEverybody}
          </a>
        </p>
      </div>
    )}
    {total <= 1 && view.filter === '' && <Invitation t={t} total={total} base={base} />}
  </div>
)

/** Pages that come as their place comes into sight; then they wait for a press: there is more below the list. */
const pagesByThemselves = 3

/** Pages that one tab shows at most before it moves on instead of growing. */
export const maxPages = 40

const Invitation: FC<{ t: Text; total: number; base: string }> = ({ t, total, base }) => (
  <div class="empty">
    <p>{total === 0 ? t.nobody : t.onlyYou}</p>
    <p>
      <InviteButton t={t} base={base} class="button--large" />
    </p>
  </div>
)
