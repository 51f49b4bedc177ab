/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { raw } from 'hono/html'
import type { FC } from 'hono/jsx'
import { registerCommand, type ShownRegistry } from '../src/register-command.ts'
import type { Text } from '../src/text/pt.ts'
import { CardDialog, CardPage, CardTitle, CopyButton } from './card.tsx'

export type InviteProps = {
  t: Text
  /** Under which others reach the page; none where only this computer does. */
  address: string | undefined
  /** The same as a QR code, in SVG. */
  qr: string | undefined
  registry: ShownRegistry
  /** The name of the person that invites. */
  name: string
}

/** The address to bring others here, as text and as a picture, and what to do with it. */
const Invite: FC<InviteProps & { inDialog: boolean }> = ({
  t,
  address,
  qr,
  registry,
  name,
  inDialog,
}) => {
  return (
    <article class="invite">
      <CardTitle inDialog={inDialog}>{t.inviteTitle}</CardTitle>
      {address === undefined ? (
        <div class="notice notice--warning">
          <p>{t.onlyThisComputer}</p>
          <p>{t.openToOthers}</p>
          <p>
            <code>HOST=0.0.0.0 HTTPS=auto bun run start</code>
          </p>
        </div>
      ) : (
        <>
          <p class="invite__address">
            <a href={address}>{address}</a>
          </p>
          <div class="invite__qr" role="img" aria-label={t.qrOf(address)}>
            {raw(qr ?? '')}
          </div>
          <div class="invite__buttons">
            <CopyButton t={t} text={address} />
            <button class="button button--quiet" type="button" data-share={address} hidden>
              {t.share}
            </button>
            <button
              class="button button--quiet needs-script"
              type="button"
              data-large
              aria-pressed="false"
            >
              {t.showLarge}
            </button>
            <CopyButton
              t={t}
              text={`${address}?${new URLSearchParams({ call: name })}`}
              label={t.copyLinkToMe}
            />
          </div>
        </>
      )}
      <details class="invite__terminal">
        <summary>{t.inviteByTerminal}</summary>
        <pre>
          <code>{registerCommand(registry, t.codePlaceholder)}</code>
        </pre>
      </details>
    </article>
  )
}

export const InviteDialog: FC<InviteProps> = (props) => (
  <CardDialog t={props.t}>
    <Invite {...props} inDialog />
  </CardDialog>
)

export const InvitePage: FC<InviteProps & { base: string }> = ({ base, ...props }) => (
  <CardPage t={props.t} base={base}>
    <Invite {...props} inDialog={false} />
  </CardPage>
)

/** Opens the same in a dialog above the list, or goes to its page. */
export const InviteButton: FC<{ t: Text; base: string; class?: string }> = (props) => (
  <a
    class={`button button--quiet ${props.class ?? ''}`}
    href={`${props.base}/invite`}
    hx-get={`${props.base}/invite`}
    hx-target="#dialog"
    hx-swap="innerHTML show:none"
    hx-push-url="false"
  >
    {props.t.invite}
  </a>
)
