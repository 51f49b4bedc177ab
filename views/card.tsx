/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { Child, FC } from 'hono/jsx'
import type { Text } from '../src/text/pt.ts'

/** The heading of the dialog above the list, which is named by it; on a page, of the page. */
export const CardTitle: FC<{ inDialog: boolean; children?: Child }> = ({ inDialog, children }) =>
  // A dialog may stand above such a page: only one of the two has the id.
  inDialog ? <h2 id="dialog-title">{children}</h2> : <h1>{children}</h1>

/** What a dialog above the list holds, and the way back. */
export const CardDialog: FC<{ t: Text; children?: Child }> = ({ t, children }) => (
  <>
    {children}
    <form method="dialog">
      <button class="button button--quiet" type="submit">
        {t.close}
      </button>
    </form>
  </>
)

/** The same as a page of its own, for those who came by a link or have no JavaScript. */
export const CardPage: FC<{ t: Text; base: string; children?: Child }> = ({
  t,
  base,
  children,
}) => (
  <section class="person-page">
    {children}
    <p>
      <a class="button button--quiet" href={`${base}/people`}>
        {t.back}
      </a>
    </p>
  </section>
)

/** Works by the page's script alone, so it is hidden without it. */
export const CopyButton: FC<{ t: Text; text: string; label?: string }> = ({ t, text, label }) => (
  <button
    class={label === undefined ? 'button needs-script' : 'button button--quiet needs-script'}
    type="button"
    data-copy={text}
    data-copied={t.copied}
    aria-label={label === undefined ? t.copyText(text) : undefined}
  >
    {label ?? t.copy}
  </button>
)
