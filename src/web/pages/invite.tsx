/** @jsxRuntime automatic @jsxImportSource hono/jsx */
import { Hono } from 'hono'
import encodeQr from 'qr'
import { InviteDialog, InvitePage } from '../../../views/invite.tsx'
import type { ShownRegistry } from '../../register-command.ts'
import { baseOf, respond, textOf } from '../http/page.tsx'
import { type ShareParts, shareAddress } from '../http/share-address.ts'
import type { WebEnv } from '../session/browser.ts'
import type { Session } from '../session/sessions.ts'
import { registeredOnly } from './people.tsx'

export type InviteParts = ShareParts & { shownRegistry: ShownRegistry }

/** The address of the page, to bring others here. */
export const inviteRoutes = (parts: InviteParts) =>
  new Hono<WebEnv & { Variables: { session: Session } }>()
    .use('/invite', registeredOnly)
    .get('/invite', (c) => {
      const t = textOf(c)
      const { me } = c.var.session
      const address = shareAddress(c.var.requestOrigin.origin, parts)
      const props = {
        t,
        address,
        // Of every width that a projector needs: it is drawn by the browser.
        qr: address === undefined ? undefined : encodeQr(address, 'svg', { border: 2 }),
        registry: parts.shownRegistry,
        name: me.name,
      }
      return respond(c, {
        title: t.inviteTitle,
        me,
        content: <InvitePage {...props} base={baseOf(c)} />,
        fragment: <InviteDialog {...props} />,
      })
    })
