/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import type { FC } from 'hono/jsx'
import { isolated } from '../src/text/isolated.ts'
import type { Text } from '../src/text/pt.ts'
import { BlockButton } from './blocked.tsx'
import { CardDialog, CardPage, CardTitle, CopyButton } from './card.tsx'

export type PersonProps = {
  t: Text
  name: string
  ip: string
  callAddress: string
  /** Unix time in milliseconds; none while the list has not caught up with a look-up. */
  since?: number
  /** Whether it can be called from here; not for oneself. */
  reach?: Reach
  /** Whether the person that looks has the same address. */
  sharesAddress?: boolean
}

export type Reach = {
  /** Takes calls in a browser. */
  ready: boolean
  /** Rings, is rung or talks. */
  busy: boolean
  /** With whom it talks, if the operator shows that: the first names, and how many more. */
  partners: Partners | undefined
}

type Partners = Readonly<{ names: readonly string[]; more: number }>

/** Where a person's details are: by query, since a name may be `..` or hold a slash. */
export const personHref = (base: string, { name, ip }: { name: string; ip: string }): string =>
  `${base}/person?${new URLSearchParams({ name, ip })}`

/** The moment in UTC, as HTML has it: rows are sent often, and nobody sees its milliseconds. */
const toSecond = (at: number) => new Date(at).toISOString().replace(/\.\d+Z$/, 'Z')

/** A moment, in the server's time until the page's script puts it in the reader's. */
export const Moment: FC<{ at: number; withDate?: boolean }> = ({ at, withDate = false }) => {
  const local = new Date(at - new Date(at).getTimezoneOffset() * 60_000).toISOString()
  return (
    <time datetime={toSecond(at)} data-with-date={withDate ? '' : undefined}>
      {withDate ? local.slice(0, 16).replace('T', ' ') : local.slice(11, 16)}
    </time>
  )
}

/**
 * Calls a person that takes calls in a browser; the others have an address to dial, and may be said to be
 * in a call. Not `disabled` while the person is busy: a press at that very moment would be lost, and the
 * script says why it cannot be.
 */
export const CallButton: FC<{
  t: Text
  person: { name: string; ip: string } & Reach
}> = ({ t, person: { name, ip, ready, busy, partners } }) => {
  if (!ready) {
    return partners ? (
      <span class="person__call">
        <InCall t={t} partners={partners} />
      </span>
    ) : null
  }
  const label = busy ? t.busyNow(name) : t.callPerson(name)
  return (
    <button
      class="button"
      type="button"
      data-call-name={name}
      data-call-ip={ip}
      aria-disabled={busy ? 'true' : undefined}
      // With partners its words say enough. The longest list must fit into what may wait for a tab.
      aria-label={partners ? undefined : label}
    >
      {busy ? <InCall t={t} partners={partners} /> : t.callNow}
    </button>
  )
}

/** That somebody is in a call; and with whom, on a line of its own. */
const InCall: FC<{ t: Text; partners: Partners | undefined }> = ({ t, partners }) => (
  <>
    {t.busy}
    {partners && (
      <span class="in-call-with">
        {t.withPerson} <Names t={t} partners={partners} />
      </span>
    )}
  </>
)

const Names: FC<{ t: Text; partners: Partners }> = ({ t, partners: { names, more } }) => (
  <>
    {names.map((name, index) => {
      const isLast = index === names.length - 1 && more === 0
      return (
        <>
          {index > 0 && (isLast ? ` ${t.andPerson} ` : ', ')}
          <bdi>{name}</bdi>
        </>
      )
    })}
    {more > 0 && ` ${t.andMore(more)}`}
  </>
)

/** The details as they are on a page of their own and in the dialog above the list. */
export const PersonCard: FC<PersonProps & { inDialog?: boolean }> = (props) => {
  const { t, name, ip, callAddress, since, reach, sharesAddress = false, inDialog = false } = props
  return (
    <article id="person" class="person-card">
      <CardTitle inDialog={inDialog}>
        <bdi>{name}</bdi>
      </CardTitle>
      {/* What this tab looks at goes up with its view, so that it hears of the person leaving. */}
      <input type="hidden" form="view" name="personName" value={name} />
      <input type="hidden" form="view" name="personIp" value={ip} />
      <div id="person-now" class="person-card__now">
        <PersonNow t={t} name={name} ip={ip} here reach={reach} />
      </div>
      <dl class="facts">
        <dt>{t.callAddress}</dt>
        <dd id="person-address">
          <CallAddress t={t} callAddress={callAddress} />
        </dd>
        <dt>{t.ip}</dt>
        <dd>
          <code>{ip}</code>
        </dd>
        {since !== undefined && (
          <>
            <dt>{t.registeredSince}</dt>
            <dd>
              <Moment at={since} withDate />
            </dd>
          </>
        )}
      </dl>
      {reach && (
        <p>
          <BlockButton t={t.call} person={{ name, ip }} sharesAddress={sharesAddress} />
        </p>
      )}
    </article>
  )
}

export const CallAddress: FC<{ t: Text; callAddress: string }> = ({ t, callAddress }) => (
  <>
    <code id="call-address">{callAddress}</code>
    <CopyButton t={t} text={callAddress} />
  </>
)

/** What may change while one looks: whether the person is here, and can be called. */
export const PersonNow: FC<{
  t: Text
  name: string
  ip: string
  here: boolean
  reach?: Reach | undefined
}> = ({ t, name, ip, here, reach }) => (
  <>
    <p
      id="person-status"
      class={here ? 'person-card__status' : 'person-card__status person-card__status--gone'}
      role="status"
    >
      {here ? t.stillHere : t.goneAway(isolated(name))}
    </p>
    {here && reach && <CallButton t={t} person={{ name, ip, ...reach }} />}
  </>
)

export const PersonDialog: FC<PersonProps> = (props) => (
  <CardDialog t={props.t}>
    <PersonCard {...props} inDialog />
  </CardDialog>
)

export const PersonPage: FC<PersonProps & { base: string }> = ({ base, ...props }) => (
  <CardPage t={props.t} base={base}>
    <PersonCard {...props} />
  </CardPage>
)
