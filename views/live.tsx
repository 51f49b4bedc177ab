/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { Child, FC } from 'hono/jsx'
import type { Text } from '../src/text/pt.ts'
import { AsOf, Below, countOf, type ListProps, Pages } from './people.tsx'
import { CallAddress, PersonNow, type Reach } from './person.tsx'

/** A row as HTML. */
export type Row = { id: string; html: string }

/** Consecutive new rows as HTML, and the row that they follow; at the start of the list without one. */
export type InsertedRows = { after: string | undefined; html: string }

/** The people that came or went since the last update of a list: how many, and the first of them. */
export type Crowd = { count: number; first: string }

/** The same, for people who cannot see rows come and go. */
export type Announced = { joined: Crowd | undefined; left: Crowd | undefined }

type Followed = Omit<ListProps, 'asOf'>

// htmx takes such an element out of a message and puts its content into its target, or swaps it as said.
const Partial: FC<{ target: string; swap?: string; children?: Child }> = ({
  target,
  swap,
  children,
}) => (
  <hx-partial hx-target={target} hx-swap={swap}>
    {children}
  </hx-partial>
)

/** In place of the words that a page shows when its connection closes. */
export const TooManyTabs: FC<{ t: Text }> = ({ t }) => (
  <Partial target="#offline">{t.tooManyTabs}</Partial>
)

/** The whole view of a tab that follows it. Morphed, so that what has the focus keeps it. */
export const WholeList: FC<Followed> = (props) => (
  <>
    <Partial target="#people" swap="innerMorph">
      {raw(props.rows)}
    </Partial>
    <Around {...props} />
  </>
)

/** The same for a tab that does not. */
export const ListAsOf: FC<ListProps> = (props) => (
  <>
    <WholeList {...props} />
    <Partial target="#as-of" swap="outerHTML">
      <AsOf {...props} />
    </Partial>
  </>
)

/** What changed in a view, on top of what the tab shows already. */
export const ListChange: FC<
  Omit<Followed, 'rows'> & {
    removed: readonly string[]
    changed: readonly Row[]
    inserted: readonly InsertedRows[]
    belowChanged: boolean
  }
> = (props) => (
  <>
    {props.removed.length > 0 && (
      <Partial target={props.removed.map((id) => `#${id}`).join(',')} swap="delete" />
    )}
    {props.changed.map((row) => (
      <ChangedRow row={row} />
    ))}
    {props.inserted.map(({ after, html }) => (
      <Partial target={after ? `#${after}` : '#people'} swap={after ? 'afterend' : 'afterbegin'}>
        {raw(html)}
      </Partial>
    ))}
    {props.belowChanged ? (
      <Around {...props} />
    ) : (
      <Partial target="#count">{countOf(props)}</Partial>
    )}
  </>
)

const Around: FC<Omit<Followed, 'rows'>> = (props) => (
  <>
    <Partial target="#count">{countOf(props)}</Partial>
    <Partial target="#pages" swap="outerHTML">
      <Pages pages={props.view.pages} />
    </Partial>
    <Partial target="#below" swap="outerHTML">
      <Below {...props} />
    </Partial>
  </>
)

/**
 * A row that stays where it is and looks different. Morphed, so that the row's element stays: htmx looks
 * up all targets of a message before it swaps any, and a new row of the same message may have to go
 * behind this one.
 */
export const ChangedRow: FC<{ row: Row }> = ({ row }) => (
  <Partial target={`#${row.id}`} swap="outerMorph">
    {raw(row.html)}
  </Partial>
)

/** One polite sentence, however many came and went. */
export const Announcement: FC<{ t: Text; announced: Announced }> = ({ t, announced }) => (
  <Partial target="#announcement">
    {[
      sentence(announced.joined, t.joined, t.joinedMany),
      sentence(announced.left, t.left, t.leftMany),
    ]
      .filter((part) => part !== '')
      .join('. ')}
  </Partial>
)

function sentence(
  crowd: Crowd | undefined,
  one: (name: string) => string,
  many: (count: number) => string,
): string {
  if (!crowd) return ''
  return crowd.count === 1 ? one(crowd.first) : many(crowd.count)
}

/**
 * The person whose details a tab shows came, went or can be called now. Morphed, so that a screen
 * reader hears what changed. `callAddress` is missing where the person is not here.
 */
export const PersonChange: FC<{
  t: Text
  name: string
  ip: string
  callAddress: string | undefined
  reach: Reach | undefined
}> = ({ t, name, ip, callAddress, reach }) => (
  <>
    <Partial target="#person-now" swap="innerMorph">
      <PersonNow t={t} name={name} ip={ip} here={callAddress !== undefined} reach={reach} />
    </Partial>
    {callAddress !== undefined && (
      <Partial target="#person-address" swap="innerMorph">
        <CallAddress t={t} callAddress={callAddress} />
      </Partial>
    )}
  </>
)
