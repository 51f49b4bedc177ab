/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { CallText } from '../../src/text/call-pt.ts'

/** What a call shows of its ends, said before the first one. Once it is read, the script says so with `cookie`. */
export const AddressNotice: FC<{ t: CallText; isTold: boolean; cookie: string }> = (props) => (
  <aside
    id="call-addresses"
    class="notice call-addresses needs-script"
    aria-label={props.t.addresses}
    data-cookie={props.cookie}
    hidden={props.isTold}
  >
    <details>
      <summary>{props.t.addressesShown}</summary>
      <p>{props.t.addressesExplained}</p>
    </details>
    <button id="call-addresses-close" class="button button--quiet" type="button">
      {props.t.understood}
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
