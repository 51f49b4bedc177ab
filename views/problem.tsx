/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { Text } from '../src/text/pt.ts'
import { CardDialog, CardTitle } from './card.tsx'

/** What went wrong, on a page of its own or in the dialog above the list. */
export const Problem: FC<{ t: Text; base: string; why: string; inDialog?: boolean }> = ({
  t,
  base,
  why,
  inDialog = false,
}) =>
  inDialog ? (
    <CardDialog t={t}>
      <section class="problem">
        <CardTitle inDialog>{t.problemTitle}</CardTitle>
        <p>{why}</p>
      </section>
    </CardDialog>
  ) : (
    <section class="problem">
      <CardTitle inDialog={false}>{t.problemTitle}</CardTitle>
      <p>{why}</p>
      <p>
        <a class="button" href={`${base}/`}>
          {t.goHome}
        </a>
      </p>
    </section>
  )
