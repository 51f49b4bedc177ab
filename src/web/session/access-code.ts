import { timingSafeEqual } from 'node:crypto'

/** What one has to say before one may register, and how a browser proves that it has said it. */
export type AccessCode = {
  isRight: (said: string) => boolean
  /** For the browser's signed cookie. Tells nothing of the code, and is worth nothing after a change. */
  readonly proof: string
}

/** `undefined` where nothing has to be said. `sessionSecret` is what signs the cookies. */
export function accessCodeOf(
  code: string | undefined,
  sessionSecret: string,
): AccessCode | undefined {
  if (code === undefined) return undefined
  // Of equal length whatever was said, and keyed: nobody can try codes against a proof at home.
  const keyed = (text: string) =>
    new Bun.CryptoHasher('sha256', sessionSecret).update(`access code ${text}`).digest()
  const right = keyed(code.normalize('NFC'))
  return {
    isRight: (said) => timingSafeEqual(keyed(said.trim().normalize('NFC')), right),
    proof: right.toString('base64url'),
  }
}

/** Whether a browser with that proof, if any, still has to say the code, if any. */
export const hasToSay = (accessCode: AccessCode | undefined, proof: string | undefined): boolean =>
  accessCode !== undefined && proof !== accessCode.proof
