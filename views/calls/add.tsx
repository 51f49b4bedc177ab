/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { CallText } from '../../src/text/call-pt.ts'
import { Panel } from '../call-panels.tsx'

/**
 * Where a person in a call looks for somebody to bring into it. The page's script asks the server for
 * the list (`src/browser/call/adding/`), also while nothing is typed.
 */
export const AddPanel: FC<{ t: CallText; base: string }> = ({ t, base }) => (
  <Panel id="call-add" title={t.addSomebody} t={t}>
    <p id="call-add-full" hidden>
      {t.addFull}
    </p>
    <ul id="call-add-invited" class="call-add__list" aria-label={t.addInvited} hidden />
    <form
      id="call-add-form"
      class="field"
      hx-get={`${base}/call/people`}
      hx-trigger="input delay:150ms, submit, refresh"
      hx-sync="this:replace"
      hx-target="#call-add-people"
      hx-swap="innerMorph"
      // Asked too often, or of a server in trouble: what is shown stays, and is asked for again soon.
      {...{ 'hx-status:429': '{"swap":"none"}', 'hx-status:5xx': '{"swap":"none"}' }}
    >
      <label for="call-add-field">{t.addSearch}</label>
      <input
        id="call-add-field"
        class="input"
        type="search"
        name="q"
        maxlength={64}
        dir="auto"
        autocomplete="off"
        spellcheck={false}
      />
    </form>
    <div id="call-add-people" />
  </Panel>
)

export type FreePeopleProps = {
  t: CallText
  people: readonly { id: string; name: string; ip: string }[]
  /** How many there are beside those. */
  more: number
  /** Whether a part of a name was asked for. */
  isSearch: boolean
}

/** The people that can be brought into a call: here, and in none. */
export const FreePeople: FC<FreePeopleProps> = ({ t, people, more, isSearch }) => (
  <>
    <ul id="call-add-list" class="call-add__list" data-count={people.length + more}>
      {people.map(({ id, name, ip }) => (
        <li id={`add-${id}`} data-add-name={name} data-add-ip={ip}>
          <span class="call-add__who">
            <bdi>{name}</bdi> <code>{ip}</code>
          </span>
          <button class="button button--quiet" type="button" aria-label={t.addPerson(name)}>
            {t.addShort}
          </button>
        </li>
      ))}
    </ul>
    <p class="hint">{hintOf(t, people.length, more, isSearch)}</p>
  </>
)

function hintOf(t: CallText, shown: number, more: number, isSearch: boolean): string {
  if (shown === 0) return isSearch ? t.addNobodyMatches : t.addNobody
  return more > 0 ? t.addMore(more) : ''
}

/** In place of the list: the browser is not registered, since the server has just come back. */
export const NoPeople: FC<{ t: CallText }> = ({ t }) => <p class="hint">{t.addAway}</p>
