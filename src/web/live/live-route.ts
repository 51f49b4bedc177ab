import type { Context } from 'hono'
import { languageOf } from '../http/language.ts'
import { isOwnOrigin } from '../http/request-origin.ts'
import type { AccessCode } from '../session/access-code.ts'
import type { WebEnv } from '../session/browser.ts'
import { claimOf } from '../session/coming-back.ts'
import type { Farewells } from '../session/farewells.ts'
import { newTab, type Tab } from './tab.ts'

/** What the app needs of the server that it runs in, to turn a request into a WebSocket. */
type Upgrader = {
  upgrade: (request: Request, options: { data: Tab; headers: Headers }) => boolean
}

type LiveRouteParts = {
  accessCode: AccessCode | undefined
  farewells: Pick<Farewells, 'toBrowser'>
  whyForeign: (c: Context<WebEnv>) => string
  /** Nothing said that the request wants to become a WebSocket. */
  notUpgraded: (host: string) => void
}

/** The WebSocket of a page (RFC 6455): from here on it is a tab. */
export const liveRoute =
  ({ accessCode, farewells, whyForeign, notUpgraded }: LiveRouteParts) =>
  (c: Context<WebEnv>) => {
    // A browser sends the origin of the page that opens a socket; ours alone may (RFC 6455, 10.2).
    if (!isOwnOrigin(c.req.header('Origin'), c.var.requestOrigin)) return c.text(whyForeign(c), 403)
    const { identity, ip } = c.var.browser
    const data = newTab({
      sessionId: identity?.id ?? '',
      claim: identity && claimOf(identity, ip, { accessCode, farewells }),
      language: languageOf(c),
      ip,
    })
    const upgraded = (c.env as Upgrader).upgrade(c.req.raw, { data, headers: cookiesOf(c.res) })
    if (upgraded) return c.body(null)
    notUpgraded(c.var.requestOrigin.origin.host)
    return c.text('WebSocket', 426, { Upgrade: 'websocket' })
  }

/** The cookies of a response, for another response that is not made by the routes. */
const cookiesOf = ({ headers }: Response): Headers =>
  new Headers(headers.getSetCookie().map((cookie) => ['Set-Cookie', cookie]))
