/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { CallText } from '../src/text/call-pt.ts'

/** Blocks somebody for this browser, or no more. The page's script shows and works it. */
export const BlockButton: FC<{
  t: CallText
  person: { name: string; ip: string }
  /** The person that looks has the same address. */
  sharesAddress: boolean
}> = ({ t, person: { name, ip }, sharesAddress }) => (
  <button
    class="button button--quiet"
    type="button"
    data-block-name={name}
    data-block-ip={ip}
    data-block-name-only={sharesAddress ? '' : undefined}
    hidden
  >
    {t.block}
  </button>
)

/** The blocked people, which this browser alone knows: its script fills them in. */
export const BlockedPeople: FC<{ t: CallText }> = ({ t }) => (
  <details id="blocked" class="blocked" hidden>
    <summary>{t.blockedPeople}</summary>
    <p class="hint">{t.blockedHint}</p>
    <ul id="blocked-list" class="blocked__list" />
  </details>
)
