import type { Context } from 'hono'
import { getConnInfo } from 'hono/bun'
import { createMiddleware } from 'hono/factory'
import { parseIp } from '../wire/address.ts'
import { type BrowserIdentity, readIdentity } from './identity-cookie.ts'
import type { Session, Sessions } from './sessions.ts'

/** Who asks: the browser's address, what its cookie says, and its session if it has one. */
export type Browser = {
  ip: string
  identity: BrowserIdentity | undefined
  session: Session | undefined
}

export type WebEnv = { Variables: { browser: Browser } }

/** Finds out who asks, for every route that follows. */
export const knowBrowser = ({
  sessions,
  sessionSecret,
}: {
  sessions: Sessions
  sessionSecret: string
}) =>
  createMiddleware<WebEnv>(async (c, next) => {
    const identity = await readIdentity(c, sessionSecret)
    const session = identity && sessions.get(identity.id)
    if (session) sessions.touch(session)
    c.set('browser', { ip: addressOf(c), identity, session })
    await next()
  })

/** The address that the request comes from, as the wire writes addresses. */
function addressOf(c: Context): string {
  // A link-local address comes with the name of our own interface, which means nothing elsewhere.
  const address = (getConnInfo(c).remote.address ?? '').replace(/%.*$/, '')
  const ip = parseIp(address)
  return ip.ok ? ip.value : ''
}
