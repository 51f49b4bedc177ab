import { formatEndpoint } from '../endpoint.ts'
import type { Deed } from '../operator/deed.ts'
import { registerCommand } from '../register-command.ts'
import { causeOf } from './cause.ts'
import type { CallOutcome, linesPt, WebLimit } from './lines-pt.ts'
import { countsOf } from './refusal-counts.ts'

/** The same lines in English. */
export const linesEn: typeof linesPt = {
  'descriptors.few': (e) =>
    `MAX_CONNECTIONS=${e.connections} is more than this process may have: its ${e.descriptors} descriptors are enough for ${e.enough}. Give it ${e.wanted} (LimitNOFILE= in systemd, ulimit -Hn in a terminal) or use MAX_CONNECTIONS=auto`,
  'web.started': (e) => `Web page at ${e.url}`,
  'redirect.started': (e) => `http://${formatEndpoint(e)}/ leads to the web page`,
  'certificate.loaded': (e) =>
    `Certificate of the web page until ${e.until}, SHA-256 ${e.fingerprint}`,
  'certificate.kept': (e) => `The certificate stays as it was: ${e.why}`,
  'web.limited': (e) => `Web page: ${webLimitWords[e.limit]} from ${e.ip || 'an unknown address'}`,
  'proxy.suspected': (e) => proxyWords[e.lacks](e),
  'try.it': (e) => `To try it in a terminal: ${registerCommand(e, 'CODE')}`,
  call: (e) => `${callWords[e.outcome]}: ${e.caller} → ${e.callee}`,
  'connection.stalled': (e) =>
    `Connection closed: ${formatEndpoint(e)} has read nothing for ${e.seconds} s`,
  'connection.relentless': (e) => `Connection closed: ${formatEndpoint(e)} keeps asking too fast`,
  'connection.heaviest': (e) =>
    `Connection closed: ${formatEndpoint(e)}, for which most bytes were waiting (${Math.round(e.bytes)})`,
  'watcher.slow': (e) =>
    `Connection closed: ${formatEndpoint(e)} watches too slowly (${e.bytes} bytes are waiting)`,
  'sign-in.timeout': (e) =>
    `Connection closed: ${formatEndpoint(e)} did not register within ${e.seconds} s`,
  'connections.full': (e) => `Connection refused: ${formatEndpoint(e)}, there are already ${e.max}`,
  'address.full': (e) =>
    `Connection refused: ${formatEndpoint(e)}, there are already ${e.max} from that address`,
  'address.fast': (e) => `Connection refused: ${formatEndpoint(e)} connects too fast`,
  'address.blocked': (e) => `Connection refused: ${formatEndpoint(e)}, its address is blocked`,
  'operator.entered': (e) => `The operator has entered the page, from ${e.ip}`,
  'operator.refused': (e) => `Operator's page: a wrong key from ${e.ip || 'an unknown address'}`,
  'operator.did': (e) => `Operator at ${formatEndpoint(e.by)}: ${deedWords(e.deed)}`,
  'secrets.wrong': (e) => `Connection closed: ${formatEndpoint(e)} gave too many wrong access keys`,
  'refusals.omitted': (e) =>
    `${e.count} more refusals in a short time were not written down one by one`,
  'lines.omitted': (e) =>
    `… and ${e.count} more ${e.count === 1 ? 'line' : 'lines'} like this one: ${e.last}`,
  'refusals.counted': (e) =>
    `Refused since the start: ${[
      countsOf('registry', e.registry, registryLimitWords),
      countsOf('web page', e.web, webLimitWords),
    ]
      .filter((part) => part !== '')
      .join('; ')}`,
  'proxy.silent': (e) =>
    `Connection refused: ${formatEndpoint(e)} is in REGISTRY_PROXIES and does not begin with the line of the PROXY protocol`,
  'stranger.refused': (e) => `Connection refused: ${formatEndpoint(e)} speaks ${e.protocol}`,
  'watch.lost': (e) => `The web page has lost the registry: ${e.why}`,
  'watch.restored': (e) => `The web page follows the registry again (${e.count} clients)`,
  'server.stopping': (e) => `Stopping the server (${e.why})`,
  bug: (e) => `Internal error in ${e.where}: ${causeOf(e.error)}`,
}

const proxyWords = {
  Host: ({ asking, asked }: { asking: string; asked: string }) =>
    `Web page: refused a request of a page at ${asking}, which came for ${asked}. If it is this page, the proxy does not pass on the Host header; in nginx: proxy_set_header Host $http_host;`,
  Upgrade: ({ asked }: { asked: string }) =>
    `Web page: a request for a WebSocket at ${asked} came without the Upgrade header. If there is a proxy, it does not pass it on; in nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;`,
}

function deedWords(deed: Deed): string {
  switch (deed.kind) {
    case 'kick':
      return `disconnected ${deed.name} (${deed.ip}): ${deed.text}`
    case 'block':
      return `blocked ${deed.ip} until ${new Date(deed.until).toISOString()}`
    case 'unblock':
      return `unblocked ${deed.ip}`
    case 'notice':
      return deed.text === '' ? 'took the notice back' : `notice to all: ${deed.text}`
  }
}

const callWords: Record<CallOutcome, string> = {
  ringing: 'Call',
  accepted: 'Call accepted',
  declined: 'Call declined',
  cancelled: 'Call cancelled',
  timeout: 'Call not answered',
  hangup: 'Call ended',
  left: 'Call interrupted',
  lost: 'Connection lost in the call',
  resumed: 'Call resumed',
  invited: 'Invited into the call',
  joined: 'Joined the call',
  gone: 'Left the call',
}

const webLimitWords: Record<WebLimit, string> = {
  connections: 'too many connections',
  requests: 'too many requests',
  registrations: 'too many registrations',
  sessions: 'too many browsers',
  sockets: 'too many tabs',
  filters: 'too many filters',
  messages: 'too many messages',
  rows: 'too many rows of the list',
  unread: 'tabs that do not read',
  codes: 'too many wrong access codes',
}

const registryLimitWords: Record<string, string> = {
  stalled: 'not reading',
  signIn: 'not registered in time',
  full: 'without a place',
  addressFull: 'without a place for the address',
  addressFast: 'connecting too fast',
  blocked: 'from a blocked address',
  unsaid: 'of these without an answer',
  slowWatcher: 'watching too slowly',
  lineTooLong: 'lines too long',
  wrongSecrets: 'too many wrong access keys',
  tooFast: 'asked too fast',
  heaviest: 'with too many bytes waiting',
  relentless: 'too fast for too long',
}
