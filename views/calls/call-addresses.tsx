/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { CallText } from '../../src/text/call-pt.ts'

/** What a call shows of its ends, said before the first one. The page's script shows and hides it. */
export const AddressNotice: FC<{ t: CallText }> = ({ t }) => (
  <aside id="call-addresses" class="notice call-addresses" aria-label={t.addresses} hidden>
    <details>
      <summary>{t.addressesShown}</summary>
      <p>{t.addressesExplained}</p>
    </details>
    <button id="call-addresses-close" class="button button--quiet" type="button">
      {t.understood}
    </button>
  </aside>
)

/** Each person's own choice, where the server leaves it to them; kept in the browser by its script. */
export const RelayChoice: FC<{ t: CallText }> = ({ t }) => (
  <label id="relay-choice" class="relay-choice" hidden>
    <input id="relay-only" type="checkbox" autocomplete="off" />
    <span>{t.relayOnly}</span>
  </label>
)
