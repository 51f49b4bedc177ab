/** What a function that may refuse returns: refusals are values, exceptions are bugs or lost I/O. */
export type Result<T, E> = { ok: true; value: T } | { ok: false; error: E }

export const ok = <T>(value: T): { ok: true; value: T } => ({ ok: true, value })

export const refuse = <E>(error: E): { ok: false; error: E } => ({ ok: false, error })
