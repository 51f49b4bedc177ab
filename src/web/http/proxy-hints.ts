import { aMinute } from '../../limits/token-bucket.ts'
import { TokenBuckets } from '../../limits/token-buckets.ts'
import type { Log } from '../../log/log.ts'

/** The header that a proxy seems to leave out, the host that the browser asked, and the host that came here. */
export type ProxyHint = { lacks: 'Host' | 'Upgrade'; asking: string; asked: string }

/** The longest name that there is (RFC 1035, section 2.3.4), and a port. */
const maxHost = 261

/**
 * Tells the log what a proxy seems to be missing, and how to mend it: of each header once a minute at
 * most, since a foreign page can make a browser look the same.
 */
export function newProxyHints(log: Log, now: () => number): (hint: ProxyHint) => void {
  const told = new TokenBuckets(aMinute(1, 1), now)
  return ({ lacks, asking, asked }) => {
    if (!told.take(lacks)) return
    log({ event: 'proxy.suspected', lacks, asking: asking.slice(0, maxHost), asked })
  }
}
