import type { Context } from 'hono'
import { readCookie, writeCookie } from '../http/cookies.ts'
import { readSigned, sign } from '../session/signature.ts'

const cookie = 'encontro-operator'
const lifetimeSeconds = 8 * 60 * 60

/** Proves in a browser, for eight hours, that the operator's key was said there. */
export type OperatorCookie = {
  write(c: Context): void
  forget(c: Context): void
  /** Until when the browser is the operator's, in Unix time in milliseconds; `undefined` where it is not. */
  read(c: Context): number | undefined
}

/**
 * The signature needs both secrets: with another key, or another `SESSION_SECRET`, all such cookies are worth
 * nothing. A browser sends it to no request that another site makes (`SameSite=Strict`), and shows it to no script.
 */
export function operatorCookie(
  sessionSecret: string,
  key: Buffer,
  now: () => number,
): OperatorCookie {
  const secret = `operator ${key.toString('base64url')} ${sessionSecret}`
  return {
    write(c) {
      const until = now() + lifetimeSeconds * 1000
      writeCookie(c, cookie, sign(`${until}`, secret), lifetimeSeconds, 'Strict')
    },
    forget: (c) => writeCookie(c, cookie, '', 0, 'Strict'),
    read(c) {
      const text = readSigned(readCookie(c, cookie) ?? '', secret)
      const until = text !== undefined && /^\d{1,16}$/.test(text) ? Number(text) : 0
      return until > now() ? until : undefined
    },
  }
}
