/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { CallText } from '../../src/text/call-pt.ts'

/** The calls that were missed, which this browser alone knows: its script fills them in. */
export const MissedCalls: FC<{ t: CallText }> = ({ t }) => (
  <section id="missed" class="missed" aria-labelledby="missed-title" hidden>
    <h2 id="missed-title" class="visually-hidden">
      {t.missedCalls}
    </h2>
    <ul id="missed-list" class="missed__list" />
    <button id="missed-dismiss-all" class="button button--link" type="button" hidden>
      {t.dismissAll}
    </button>
  </section>
)
