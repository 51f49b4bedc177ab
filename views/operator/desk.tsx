/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { FC } from 'hono/jsx'
import type { OperatorText } from '../../src/text/operator/pt.ts'
import { FilterForm } from '../filter-form.tsx'
import { BlockForm, NoticeForm } from './forms.tsx'

/** The parts of the page that change by themselves, each in the element with this id. */
export const deskParts = ['op-facts', 'op-plots', 'op-people', 'op-blocked', 'op-refusals'] as const

export type DeskPart = (typeof deskParts)[number]

export type DeskProps = {
  o: OperatorText
  base: string
  /** HTML, as an open page is sent it anew. */
  parts: Readonly<Record<DeskPart, string>>
  filter: string
  notice: string
  /** What was done, or why not. */
  done?: { text: string; refused: boolean } | undefined
}

const Part: FC<{ id: DeskPart; html: string }> = ({ id, html }) => <div id={id}>{raw(html)}</div>

export const Desk: FC<DeskProps> = ({ o, base, parts, filter, notice, done }) => (
  <div class="desk">
    <h1>{o.title}</h1>
    {done && (
      <p
        class={done.refused ? 'notice notice--error' : 'notice'}
        role={done.refused ? 'alert' : 'status'}
      >
        {done.text}
      </p>
    )}
    <section aria-labelledby="now-title">
      <h2 id="now-title">{o.now}</h2>
      <Part id="op-facts" html={parts['op-facts']} />
    </section>
    <section aria-labelledby="hour-title">
      <h2 id="hour-title">{o.lastHour}</h2>
      <Part id="op-plots" html={parts['op-plots']} />
    </section>
    <section aria-labelledby="people-title">
      <h2 id="people-title">{o.people}</h2>
      <FilterForm action={`${base}/operator`} label={o.filter} filter={filter} again={o.again} />
      <Part id="op-people" html={parts['op-people']} />
    </section>
    <section aria-labelledby="notice-title">
      <h2 id="notice-title">{o.notice}</h2>
      <NoticeForm o={o} base={base} notice={notice} />
    </section>
    <section aria-labelledby="blocked-title">
      <h2 id="blocked-title">{o.blocked}</h2>
      <Part id="op-blocked" html={parts['op-blocked']} />
      <BlockForm o={o} base={base} id="block-any" />
    </section>
    <section aria-labelledby="refusals-title">
      <h2 id="refusals-title">{o.refusals}</h2>
      <Part id="op-refusals" html={parts['op-refusals']} />
    </section>
  </div>
)

/** Parts of an open page that are not as it shows them. Morphed, so that what has the focus keeps it. */
export const NewParts: FC<{ parts: Partial<Record<DeskPart, string>> }> = ({ parts }) => (
  <>
    {Object.entries(parts).map(([id, html]) => (
      <hx-partial hx-target={`#${id}`} hx-swap="innerMorph">
        {raw(html)}
      </hx-partial>
    ))}
  </>
)
