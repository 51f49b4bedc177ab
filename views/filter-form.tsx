/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC, PropsWithChildren } from 'hono/jsx'

export type FilterFormProps = {
  /** Where the list is, with its filter in the query: without a script the form asks for it. */
  action: string
  label: string
  placeholder?: string
  filter: string
  /** On the button that asks again, for those who have no script. */
  again: string
}

/** The form above a list that an open page shows live: `view.ts` sends it over the socket, where there is one. */
export const FilterForm: FC<PropsWithChildren<FilterFormProps>> = (props) => (
  <search>
    <form
      id="view"
      class="toolbar"
      method="get"
      action={props.action}
      hx-get={props.action}
      hx-trigger="input delay:150ms, submit"
      hx-sync="this:replace"
      hx-swap="none"
    >
      <div class="toolbar__filter">
        <label for="filter">{props.label}</label>
        <input
          id="filter"
          class="input"
          type="search"
          name="filter"
          value={props.filter}
          placeholder={props.placeholder}
          maxlength={64}
          dir="auto"
          autocomplete="off"
          spellcheck={false}
        />
      </div>
      {props.children}
      <button class="button button--quiet toolbar__again" type="submit">
        {props.again}
      </button>
    </form>
  </search>
)
