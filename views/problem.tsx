import type { FC } from 'hono/jsx'
import type { Text } from '../src/text/pt.ts'

/** What went wrong, on a page of its own or in the dialog above the list. */
export const Problem: FC<{ t: Text; why: string; inDialog?: boolean }> = ({
  t,
  why,
  inDialog = false,
}) => (
  <section class="problem">
    <h1 id={inDialog ? 'person-title' : undefined}>{t.problemTitle}</h1>
    <p>{why}</p>
    {inDialog ? (
      <form method="dialog">
        <button class="button" type="submit">
          {t.close}
        </button>
      </form>
    ) : (
      <p>
        <a class="button" href="/">
          {t.goHome}
        </a>
      </p>
    )}
  </section>
)
