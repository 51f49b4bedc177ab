import type { Context } from 'hono'
import { getCookie, setCookie } from 'hono/cookie'
import * as v from 'valibot'
import { cookiePrefix } from './arrival.ts'
import { readSigned, sign } from './signature.ts'

/**
 * What a browser keeps of itself, signed so that only we can have written it: the session it
 * belongs to, and what it was registered as, which fills the form or brings it back after a
 * restart of the server. There is no other record of either.
 */
export type BrowserIdentity = {
  id: string
  name?: string | undefined
  callPort?: number | undefined
  /** Whether it was registered when this was written, and so may come back by itself. */
  registered: boolean
  /** That it has said the access code, as `AccessCode` proves it. */
  admitted?: string | undefined
}

const cookieName = 'encontro'
const maxAgeSeconds = 30 * 24 * 60 * 60

const shape = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{20,40}$/)),
  name: v.optional(v.string()),
  callPort: v.optional(v.number()),
  registered: v.boolean(),
  admitted: v.optional(v.string()),
})

export function readIdentity(c: Context, secret: string): BrowserIdentity | undefined {
  const text = readSigned(getCookie(c, cookieName, cookiePrefix(c).prefix) ?? '', secret)
  if (!text) return undefined
  try {
    const read = v.safeParse(shape, JSON.parse(Buffer.from(text, 'base64url').toString()))
    return read.success ? read.output : undefined
  } catch {
    // Signed by us, so written by another version: a browser that starts afresh.
    return undefined
  }
}

export function writeIdentity(c: Context, secret: string, identity: BrowserIdentity): void {
  const text = Buffer.from(JSON.stringify(identity)).toString('base64url')
  setCookie(c, cookieName, sign(text, secret), {
    httpOnly: true,
    sameSite: 'Lax',
    path: '/',
    maxAge: maxAgeSeconds,
    ...cookiePrefix(c),
  })
}

/** 128 random bits. */
export const newSessionId = (): string =>
  Buffer.from(crypto.getRandomValues(new Uint8Array(16))).toString('base64url')
