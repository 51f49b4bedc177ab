/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { Text } from '../src/text/pt.ts'

/** What went wrong, on a page of its own or in the dialog above the list. */
export const Problem: FC<{ t: Text; base: string; why: string; inDialog?: boolean }> = ({
  t,
  base,
  why,
  inDialog = false,
}) =>
  inDialog ? (
    <>
      <section class="problem">
        <h2 id="dialog-title">{t.problemTitle}</h2>
        <p>{why}</p>
      </section>
      <form method="dialog">
        <button class="button button--quiet" type="submit">
          {t.close}
        </button>
      </form>
    </>
  ) : (
    <section class="problem">
      <h1>{t.problemTitle}</h1>
      <p>{why}</p>
      <p>
        <a class="button" href={`${base}/`}>
          {t.goHome}
        </a>
      </p>
    </section>
  )
