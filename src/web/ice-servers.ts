import type { IceServer } from '../page-protocol.ts'

/** Where browsers find help to reach each other; none is needed on one network. */
export type IceSettings = Readonly<{
  /** `stun:` URLs: they tell a browser its address as seen from outside. */
  stunUrls: readonly string[]
  /** `turn:` and `turns:` URLs: they relay where no direct way exists. */
  turnUrls: readonly string[]
  /** The secret that the TURN server shares with us (coturn's `static-auth-secret`). */
  turnSecret: string | undefined
  /** How long a credential may be used to begin or go on with a relay. */
  turnLifetimeSeconds: number
}>

/**
 * The servers for one call. TURN credentials are made for it alone and expire, so that one that is
 * copied out of a page is worth little: the user name is the time of expiry, the password its
 * HMAC-SHA1 under the shared secret (the "TURN REST API" that coturn's `use-auth-secret` takes).
 * `nowMs` is Unix time in milliseconds; `user` tells calls apart in the TURN server's log.
 */
export function iceServersFor(settings: IceSettings, user: string, nowMs: number): IceServer[] {
  const { stunUrls, turnUrls, turnSecret, turnLifetimeSeconds } = settings
  const servers: IceServer[] = []
  if (stunUrls.length > 0) servers.push({ urls: [...stunUrls] })
  if (turnUrls.length > 0 && turnSecret) {
    const username = `${Math.floor(nowMs / 1000) + turnLifetimeSeconds}:${user}`
    const credential = new Bun.CryptoHasher('sha1', turnSecret).update(username).digest('base64')
    servers.push({ urls: [...turnUrls], username, credential })
  }
  return servers
}
