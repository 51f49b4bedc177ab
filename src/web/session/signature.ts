import { timingSafeEqual } from 'node:crypto'

/**
 * The text with a signature of ours, HMAC-SHA-256 in base64 (RFC 2104). At once: the Web
 * Cryptography API takes a key in anew for each and answers later, which took longer than all the
 * rest of a page.
 */
export const sign = (text: string, secret: string): string =>
  `${text}.${signatureOf(text, secret).toString('base64')}`

/** The text, where we have signed it. */
export function readSigned(signed: string, secret: string): string | undefined {
  const end = signed.lastIndexOf('.')
  if (end === -1) return undefined
  const text = signed.slice(0, end)
  const given = Buffer.from(signed.slice(end + 1), 'base64')
  const right = signatureOf(text, secret)
  return given.length === right.length && timingSafeEqual(given, right) ? text : undefined
}

/** What only that session can show, of a browser that is at two servers at once. In base64url. */
export const sessionProof = (sessionId: string, secret: string): string =>
  signatureOf(`proof ${sessionId}`, secret).toString('base64url')

const signatureOf = (text: string, secret: string): Buffer =>
  new Bun.CryptoHasher('sha256', secret).update(text).digest()
