import { createMiddleware } from 'hono/factory'
import type { RequestOriginEnv } from '../http/request-origin.ts'
import { type BrowserIdentity, readIdentity, renewIdentity } from './identity-cookie.ts'
import type { Session, Sessions } from './sessions.ts'

/** The browser that asks: its address, what its cookie says, and its session if there is one. */
export type Browser = {
  ip: string
  identity: BrowserIdentity | undefined
  session: Session | undefined
}

export type WebEnv = { Variables: RequestOriginEnv['Variables'] & { browser: Browser } }

/** Finds out which browser asks, for every route that follows. */
export const knowBrowser = ({
  sessions,
  sessionSecret,
}: {
  sessions: Sessions
  sessionSecret: string
}) =>
  createMiddleware<WebEnv>(async (c, next) => {
    const identity = readIdentity(c, sessionSecret)
    const session = identity && sessions.get(identity.id)
    if (session) sessions.touch(session)
    // Before the route, which may write another.
    if (identity && c.req.method === 'GET') renewIdentity(c, sessionSecret, identity)
    c.set('browser', { ip: c.var.requestOrigin.ip, identity, session })
    await next()
  })
