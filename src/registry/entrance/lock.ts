import type { Guesses } from '../../limits/guesses.ts'
import { ok, type Result, refuse } from '../../result.ts'

export type LockParts = {
  isKey: (secret: string) => boolean
  /** `undefined` if no access code opens this listener. */
  isAccessCode?: ((secret: string) => boolean) | undefined
  guesses: Pick<Guesses, 'waitSeconds' | 'guessedWrong'>
  maxWrong: number
}

/**
 * Checks the secrets that one connection says. The operator's key makes the connection trusted; the
 * access code opens it. After too many wrong secrets nothing is compared any more, and so a right
 * secret gets the same answer as a wrong one.
 */
export class Lock {
  readonly #parts: LockParts
  readonly #ip: string | undefined
  #wrong = 0
  #saidKey = false

  /** `ip` is `undefined` for this process itself: its guesses are not counted by address. */
  constructor(parts: LockParts, ip: string | undefined) {
    this.#parts = parts
    this.#ip = ip
  }

  /** Whether the operator's key was said: trust by address alone is not the operator's. */
  get saidKey(): boolean {
    return this.#saidKey
  }

  /** Refuses with `bad-secret`, or with `too-many-attempts`: then the connection has to be closed. */
  try(secret: string): Result<'key' | 'code', 'bad-secret' | 'too-many-attempts'> {
    const { isKey, isAccessCode, guesses, maxWrong } = this.#parts
    const mustWait = this.#ip !== undefined && guesses.waitSeconds(this.#ip) > 0
    if (this.#wrong >= maxWrong || mustWait) return refuse('too-many-attempts')
    // Always compares both, so that the time of the answer tells nothing about either secret.
    const key = isKey(secret)
    const code = isAccessCode?.(secret) ?? false
    if (key) {
      this.#saidKey = true
      return ok('key')
    }
    if (code) return ok('code')
    this.#wrong += 1
    if (this.#ip !== undefined) guesses.guessedWrong(this.#ip)
    return refuse('bad-secret')
  }
}

export type Rights = {
  /** May register on behalf of another address. Limits by address do not apply. */
  trusted: boolean
  /** May only ask `quit`, `ping`, `help` and `auth` until a secret has opened `lock`. */
  locked: boolean
  lock: Lock
}
