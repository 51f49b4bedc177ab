import { BadSetting, type Config } from '../config/config.ts'
import type { TlsConfig } from '../config/web-config.ts'
import { onSighup } from '../host/sighup.ts'
import type { Log } from '../log/log.ts'
import { type Certificate, certificateOf, describeCertificate } from './certificate.ts'

/** How often our self-signed certificate is checked: a laptop changes networks, and so addresses. */
const lookAfterMs = 10 * 60_000

/**
 * Keeps the certificate of the listeners up to date. At SIGHUP it is read again. A self-signed one is
 * also checked at intervals, and replaced if it is about to end or the addresses have changed. `take`
 * returns whether the certificate is another one than before.
 */
export function renewCertificate(
  tls: NonNullable<TlsConfig>,
  config: Config,
  take: (certificate: Certificate) => boolean,
  log: Log,
): { stop: () => Promise<void> } {
  async function renew(): Promise<void> {
    try {
      const certificate = await certificateOf(tls, config)
      if (take(certificate)) log(loaded(certificate))
    } catch (error) {
      if (error instanceof BadSetting) log({ event: 'certificate.kept', why: error.message })
      else log({ event: 'bug', where: 'certificate', error })
    }
  }

  const deaf = onSighup(renew)
  const lookAfter = tls === 'auto' ? setInterval(renew, lookAfterMs) : undefined
  return {
    async stop() {
      clearInterval(lookAfter)
      deaf()
    },
  }
}

export const loaded = (certificate: Certificate) =>
  ({ event: 'certificate.loaded', ...describeCertificate(certificate) }) as const
