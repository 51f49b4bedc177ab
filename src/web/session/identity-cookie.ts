import type { Context } from 'hono'
import * as v from 'valibot'
import { randomText } from '../../secrets.ts'
import { readCookie, writeCookie } from '../http/cookies.ts'
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
  /** Any other call port will do: its person has not chosen this one. */
  anyPort?: boolean | undefined
  /** Whether it was registered when this was written, and so may come back by itself. */
  registered: boolean
  /** That it has said the access code, as `AccessCode` proves it. */
  admitted?: string | undefined
}

/** As it was read: with the time at which it was written, in Unix seconds. */
export type WrittenIdentity = BrowserIdentity & { writtenAt: number }

const cookie = 'encontro'
const daySeconds = 24 * 60 * 60
const maxAgeSeconds = 30 * daySeconds

const shape = v.object({
  id: v.pipe(v.string(), v.regex(/^[\w-]{20,40}$/)),
  name: v.optional(v.string()),
  callPort: v.optional(v.number()),
  anyPort: v.optional(v.boolean()),
  registered: v.boolean(),
  admitted: v.optional(v.string()),
  writtenAt: v.number(),
})

/** `undefined` where there is none, it is not ours, or it is older than it may be. */
export function readIdentity(c: Context, secret: string): WrittenIdentity | undefined {
  const text = readSigned(readCookie(c, cookie) ?? '', secret)
  if (!text) return undefined
  try {
    const json = JSON.parse(Buffer.from(text, 'base64url').toString())
    const read = v.safeParse(shape, json)
    // A browser forgets its own by itself; a copy in other hands it cannot make forget.
    return read.success && ageOf(read.output) < maxAgeSeconds ? read.output : undefined
  } catch {
    // Signed by us, so written by another version: a browser that starts afresh.
    return undefined
  }
}

/** Whether the browser sent an identity, even one that cannot be read: it does keep cookies. */
export const sentIdentity = (c: Context): boolean => readCookie(c, cookie) !== undefined

export function writeIdentity(c: Context, secret: string, identity: BrowserIdentity): void {
  const written: WrittenIdentity = { ...identity, writtenAt: nowSeconds() }
  const text = Buffer.from(JSON.stringify(written)).toString('base64url')
  writeCookie(c, cookie, sign(text, secret), maxAgeSeconds)
}

/** A browser that comes every day stays known, and gets a new cookie once a day. */
export function renewIdentity(c: Context, secret: string, identity: WrittenIdentity): void {
  if (ageOf(identity) >= daySeconds) writeIdentity(c, secret, identity)
}

const nowSeconds = (): number => Math.floor(Date.now() / 1000)
const ageOf = ({ writtenAt }: WrittenIdentity): number => nowSeconds() - writtenAt

/** 128 random bits. */
export const newSessionId = (): string => randomText(16)
