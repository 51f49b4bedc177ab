import type { IceServer } from '../../page-protocol.ts'

/** Where browsers find help to reach each other; none is needed on one network. */
export type IceSettings = Readonly<{
  /** `stun:` URLs: they tell a browser its address as seen from outside. */
  stunUrls: readonly string[]
  /** `turn:` and `turns:` URLs: they relay where no direct way exists. */
  turnUrls: readonly string[]
  /** The secret that the TURN server shares with us (coturn's `static-auth-secret`). */
  turnSecret: string | undefined
  /** How long a credential is good at most. */
  turnLifetimeSeconds: number
}>

/**
 * The servers for a call that runs. TURN credentials expire, so that one that is copied out of a
 * page is worth little: the user name is the time of expiry, the password its HMAC-SHA1 under the
 * shared secret (the "TURN REST API" that coturn's `use-auth-secret` takes).
 *
 * A browser that asks again in the same half of a lifetime gets the same ones: nobody can collect them.
 * They are good for half a lifetime at least. `nowMs` is Unix time in milliseconds; `user` is what
 * coturn counts its `user-quota` by.
 */
export function iceServersFor(settings: IceSettings, user: string, nowMs: number): IceServer[] {
  const { stunUrls, turnUrls, turnSecret, turnLifetimeSeconds } = settings
  const servers: IceServer[] = []
  if (stunUrls.length > 0) servers.push({ urls: [...stunUrls] })
  if (turnUrls.length > 0 && turnSecret) {
    const half = turnLifetimeSeconds / 2
    const expiry = Math.floor((Math.floor(nowMs / 1_000 / half) + 2) * half)
    const username = `${expiry}:${user}`
    const credential = new Bun.CryptoHasher('sha1', turnSecret).update(username).digest('base64')
    servers.push({ urls: [...turnUrls], username, credential })
  }
  return servers
}

/**
 * A browser as the TURN server knows it: the same for all of its calls, and no way back to the id
 * of its session, which must not be known.
 */
export const turnUserOf = (sessionId: string, secret: string): string =>
  new Bun.CryptoHasher('sha256', secret)
    .update(`turn user ${sessionId}`)
    .digest('base64url')
    .slice(0, 22)
