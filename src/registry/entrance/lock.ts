import type { Guesses } from '../../limits/guesses.ts'
import { ok, type Result, refuse } from '../../result.ts'

/** What the locks of one listener have in common. */
export type LockParts = {
  /** Whether this is the operator's key. */
  isKey: (secret: string) => boolean
  /** Whether this is the access code; `undefined` where there is none that would open here. */
  isAccessCode?: ((secret: string) => boolean) | undefined
  guesses: Pick<Guesses, 'waitSeconds' | 'guessedWrong'>
  maxWrong: number
}

/**
 * What a secret opens, on one connection: the key makes it trusted, the access code lets it speak.
 * Past the limits nothing is compared any more, so that a right guess looks like a wrong one.
 */
export class Lock {
  readonly #parts: LockParts
  readonly #ip: string | undefined
  #wrong = 0

  /** `ip` is `undefined` for this process itself, which does not guess. */
  constructor(parts: LockParts, ip: string | undefined) {
    this.#parts = parts
    this.#ip = ip
  }

  /** Refuses with `bad-secret`, or with `too-many-attempts`, after which to close. */
  try(secret: string): Result<'key' | 'code', 'bad-secret' | 'too-many-attempts'> {
    const { isKey, isAccessCode, guesses, maxWrong } = this.#parts
    const mustWait = this.#ip !== undefined && guesses.waitSeconds(this.#ip) > 0
    if (this.#wrong >= maxWrong || mustWait) return refuse('too-many-attempts')
    // Both are compared whatever the first says: time tells nothing of either.
    const key = isKey(secret)
    const code = isAccessCode?.(secret) ?? false
    if (key) return ok('key')
    if (code) return ok('code')
    this.#wrong += 1
    if (this.#ip !== undefined) guesses.guessedWrong(this.#ip)
    return refuse('bad-secret')
  }
}

/** What a connection may do from its beginning. */
export type Rights = {
  /** It may register on behalf of another address, and no limit of an address holds for it. */
  trusted: boolean
  /** It may ask for nothing of substance before a secret has opened `lock`. */
  locked: boolean
  lock: Lock
}
