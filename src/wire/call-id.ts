import { ok, type Result, refuse } from '../result.ts'

/**
 * Names one call: 128 random bits in base64url, so 22 characters. Refuses with `unknown-call`: what
 * cannot be an id is nobody's call, and the client that asks learns no more than that.
 */
export function parseCallId(word: string): Result<string, 'unknown-call'> {
  // A copy: a part of a string keeps the whole in memory, here a block off the socket.
  return /^[\w-]{22}$/.test(word) ? ok(Buffer.from(word).toString()) : refuse('unknown-call')
}

/** Whether a word is a signal: base64url without padding, so that no field or line can hide in it. */
export const isSignal = (word: string): boolean => /^[\w-]+$/.test(word)
