import { createMiddleware } from 'hono/factory'
import type { RequestOriginEnv } from '../http/request-origin.ts'
import { bringBack, type ComingBackParts } from './coming-back.ts'
import { readIdentity, renewIdentity, type WrittenIdentity } from './identity-cookie.ts'
import type { Session } from './sessions.ts'

/** The browser that asks: its address, what its cookie says, and its session if there is one. */
export type Browser = {
  ip: string
  identity: WrittenIdentity | undefined
  session: Session | undefined
}

export type WebEnv = { Variables: RequestOriginEnv['Variables'] & { browser: Browser } }

export type KnowBrowserParts = ComingBackParts & {
  sessionSecret: string
  /** Whether a browser may have been at another server until now. */
  severalServers: boolean
}

/** Finds out which browser asks, for every route that follows. */
export const knowBrowser = (parts: KnowBrowserParts) =>
  createMiddleware<WebEnv>(async (c, next) => {
    const { sessions, sessionSecret, severalServers } = parts
    const identity = readIdentity(c, sessionSecret)
    // A tab comes back by itself (`live.ts`).
    const comesBack = severalServers && !c.req.path.endsWith('/live')
    const session =
      identity &&
      (sessions.get(identity.id) ??
        (comesBack ? await bringBack(parts, identity, c.var.requestOrigin.ip) : undefined))
    if (session) sessions.touch(session)
    // Before the route, which may write another.
    if (identity && c.req.method === 'GET') renewIdentity(c, sessionSecret, identity)
    c.set('browser', { ip: c.var.requestOrigin.ip, identity, session })
    await next()
  })
