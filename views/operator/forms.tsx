/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import type { Registered } from '../../src/operator/view.ts'
import { isolated } from '../../src/text/isolated.ts'
import type { OperatorText } from '../../src/text/operator/pt.ts'
import type { Text } from '../../src/text/pt.ts'
import { CardTitle } from '../card.tsx'
import { Facts } from './sections.tsx'

/** As the wire counts them. */
const maxText = 160

export const NoticeForm: FC<{ o: OperatorText; base: string; notice: string }> = ({
  o,
  base,
  notice,
}) => (
  <form class="card form" method="post" action={`${base}/operator/notice`}>
    <div class="field">
      <label for="notice-text">{o.noticeText}</label>
      <input
        id="notice-text"
        class="input"
        name="text"
        value={notice}
        maxlength={maxText}
        dir="auto"
        autocomplete="off"
        aria-describedby="notice-hint"
      />
      <p id="notice-hint" class="hint">
        {o.noticeHint}
      </p>
    </div>
    <p class="form__buttons">
      <button class="button" type="submit">
        {o.tellAll}
      </button>
      <button class="button button--quiet" type="submit" name="clear" value="1">
        {o.takeBack}
      </button>
    </p>
  </form>
)

/** Two may be on one page, of which one is in the dialog. */
type BlockFormProps = { o: OperatorText; base: string; id: string; ip?: string }

export const BlockForm: FC<BlockFormProps> = ({ o, base, id, ip }) => (
  <form class="card form" method="post" action={`${base}/operator/block`}>
    {ip === undefined ? (
      <div class="field">
        <label for={`${id}-ip`}>{o.address}</label>
        <input id={`${id}-ip`} class="input" name="ip" maxlength={64} required autocomplete="off" />
      </div>
    ) : (
      <input type="hidden" name="ip" value={ip} />
    )}
    <div class="field">
      <label for={`${id}-seconds`}>{o.blockFor}</label>
      <select id={`${id}-seconds`} class="input" name="seconds">
        {Object.entries(o.times).map(([seconds, words]) => (
          <option value={seconds}>{words}</option>
        ))}
      </select>
    </div>
    <p class="form__buttons">
      <button class="button button--danger" type="submit">
        {ip === undefined ? o.block : o.blockAddress}
      </button>
    </p>
  </form>
)

/** What the operator can do about one person, in the dialog or on a page of its own. */
export const ActOnPerson: FC<{
  t: Text
  o: OperatorText
  base: string
  person: Registered
  inDialog: boolean
}> = ({ t, o, base, person: { name, ip, port, callPort }, inDialog }) => (
  <section class="operator-person">
    <CardTitle inDialog={inDialog}>{isolated(name)}</CardTitle>
    <Facts
      facts={[
        { name: o.ip, value: ip },
        { name: o.port, value: `${port}` },
        { name: o.callPort, value: `${callPort}` },
      ]}
    />
    <form class="card form" method="post" action={`${base}/operator/kick`}>
      <input type="hidden" name="name" value={name} />
      <input type="hidden" name="ip" value={ip} />
      <div class="field">
        <label for="kick-text">{o.reason}</label>
        <input
          id="kick-text"
          class="input"
          name="text"
          value={o.reasonDefault}
          maxlength={maxText}
          required
          dir="auto"
          autocomplete="off"
        />
      </div>
      <p class="form__buttons">
        <button class="button button--danger" type="submit">
          {o.disconnect}
        </button>
      </p>
    </form>
    <BlockForm o={o} base={base} id="block-one" ip={ip} />
    {!inDialog && (
      <p>
        <a class="button button--quiet" href={`${base}/operator`}>
          {t.back}
        </a>
      </p>
    )}
  </section>
)
