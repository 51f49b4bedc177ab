import { ok, type Result, refuse } from '../result.ts'

/**
 * The id of a call: 128 random bits in base64url, which are 22 characters. Refuses with
 * `unknown-call`, like an id that no call has: the client learns nothing about the form of ids.
 */
export function parseCallId(word: string): Result<string, 'unknown-call'> {
  // A copy, because a substring keeps the whole string in memory: here a block of input.
  return /^[\w-]{22}$/.test(word) ? ok(Buffer.from(word).toString()) : refuse('unknown-call')
}

/** Whether a word is a signal: base64url without padding, so it holds no comma and no line break. */
export const isSignal = (word: string): boolean => /^[\w-]+$/.test(word)
