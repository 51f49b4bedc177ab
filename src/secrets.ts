import { randomBytes, timingSafeEqual } from 'node:crypto'

/** So many random bytes, in base64url: nobody guesses 16 of them. */
export const randomText = (bytes: number): string => randomBytes(bytes).toString('base64url')

/** Of equal length whatever the text, so that comparing tells nothing of it. */
export const digest = (text: string): Buffer =>
  new Bun.CryptoHasher('sha256').update(text.normalize('NFC')).digest()

/** Whether two digests are the same, in a time that tells nothing of either. */
export const isSame = (one: Buffer, other: Buffer): boolean => timingSafeEqual(one, other)
