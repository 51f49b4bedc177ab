import { ok, type Result, refuse } from '../result.ts'

export type LockParts = {
  /** Whether this is the operator's key. */
  isKey: (secret: string) => boolean
  /** Whether this is the access code; `undefined` where there is none that would open here. */
  isAccessCode: ((secret: string) => boolean) | undefined
  /** Whether somebody at this address may try another secret. */
  mayGuess: () => boolean
  guessedWrong: () => void
  maxWrong: number
}

/**
 * What a secret opens, on one connection: the key makes it trusted, the access code lets it speak.
 * Past the limits nothing is compared any more, so that a right guess looks like a wrong one.
 */
export class Lock {
  readonly #parts: LockParts
  #wrong = 0

  constructor(parts: LockParts) {
    this.#parts = parts
  }

  /** Refuses with `bad-secret`, or with `too-many-attempts`, after which to close. */
  try(secret: string): Result<'key' | 'code', 'bad-secret' | 'too-many-attempts'> {
    const { isKey, isAccessCode, mayGuess, guessedWrong, maxWrong } = this.#parts
    if (this.#wrong >= maxWrong || !mayGuess()) return refuse('too-many-attempts')
    // Both are compared whatever the first says: time tells nothing of either.
    const key = isKey(secret)
    const code = isAccessCode?.(secret) ?? false
    if (key) return ok('key')
    if (code) return ok('code')
    this.#wrong += 1
    guessedWrong()
    return refuse('bad-secret')
  }
}
