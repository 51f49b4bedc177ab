import { existsSync } from 'node:fs'
import { deployed, type InFront, startInFront } from './deployed.ts'

const executable = ['/usr/sbin/haproxy', '/usr/local/sbin/haproxy'].find(existsSync)

/** Whether the tests that need it can run. In CI they must. */
export const hasHaproxy = executable !== undefined || process.env.CI === 'true'

if (!hasHaproxy) {
  console.warn('No HAProxy: its tests are skipped. On Debian: apt-get install haproxy')
}

/** A server of ours, by its two ports of loopback. */
export type Server = { page: number; registry: number }

/** `deploy/haproxy.cfg` on loopback, with that certificate and its key in one PEM. */
export function startHaproxy(
  at: { http: number; https: number; registry: number },
  [one, two]: [Server, Server],
  pem: string,
): Promise<InFront> {
  const text = deployed('haproxy.cfg', {
    'bind :80\n': `bind 127.0.0.1:${at.http}\n`,
    'bind :443 ': `bind 127.0.0.1:${at.https} `,
    'bind :3001 ': `bind 127.0.0.1:${at.registry} `,
    '/etc/haproxy/encontro.pem': '{directory}/encontro.pem',
    '10.83.7.11:3000': `127.0.0.1:${one.page}`,
    '10.83.7.12:3000': `127.0.0.1:${two.page}`,
    // The tests' servers have no ports that are the same on two machines.
    'check port 3000 inter': 'check inter',
    '10.83.7.11:3001': `127.0.0.1:${one.registry} port ${one.page}`,
    '10.83.7.12:3001': `127.0.0.1:${two.registry} port ${two.page}`,
  })
  return startInFront(at.https, { 'haproxy.cfg': text, 'encontro.pem': pem }, (directory) => [
    ...[executable ?? 'haproxy', '-db', '-f', `${directory}/haproxy.cfg`],
  ])
}
