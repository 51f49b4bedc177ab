import { type Endpoint, formatEndpoint } from '../endpoint.ts'
import { registerCommand, type ShownRegistry } from '../register-command.ts'

/**
 * Every line that the process may log: a stable event name, typed fields, and the words beside
 * them. The registry speaks in the words of the first server, which people know.
 * Names and addresses reach the log only after `wire` accepted them, so none can hold an escape
 * sequence, a line break or a change of reading direction.
 */
const events = {
  'registry.started': (e: Endpoint & { tls?: boolean }) =>
    `Servidor iniciado em ${formatEndpoint(e)}${e.tls ? ' (TLS)' : ''}`,
  'descriptors.few': (e: {
    connections: number
    descriptors: number
    enough: number
    wanted: number
  }) =>
    `MAX_CONNECTIONS=${e.connections} é mais do que este processo pode ter: os seus ${e.descriptors} descritores dão para ${e.enough}. Dê-lhe ${e.wanted} (LimitNOFILE= no systemd, ulimit -Hn no terminal) ou use MAX_CONNECTIONS=auto`,
  'web.started': (e: { url: string }) => `Página web em ${e.url}`,
  'redirect.started': (e: Endpoint) =>
    `Quem pede http://${formatEndpoint(e)}/ é levado à página web`,
  'certificate.loaded': (e: { until: string; fingerprint: string }) =>
    `Certificado da página web até ${e.until}, SHA-256 ${e.fingerprint}`,
  'certificate.kept': (e: { why: string }) => `O certificado anterior continua: ${e.why}`,
  'web.limited': (e: { ip: string; limit: WebLimit }) =>
    // A connection that is gone by the time of its request has no address any more.
    `Página web: ${webLimitWords[e.limit]} de ${e.ip || 'um endereço desconhecido'}`,
  'proxy.suspected': (e: { lacks: 'Host' | 'Upgrade'; asking: string; asked: string }) =>
    proxyWords[e.lacks](e),
  'try.it': (e: ShownRegistry) =>
    `Para experimentar em um terminal: ${registerCommand(e, 'CÓDIGO')}`,
  'connection.opened': (e: Endpoint) => `Nova conexão de ${formatEndpoint(e)}`,
  'registration.attempted': (e: {
    name: string
    claim: Endpoint
    callPort: number
    server: Endpoint
  }) =>
    `Registrando novo cliente: ${e.name} (${formatEndpoint(e.claim)} recebendo em ${e.callPort}) no servidor ${formatEndpoint(e.server)}`,
  'registration.accepted': (e: { name: string } & Endpoint) =>
    `Novo cliente registrado: ${e.name} (${formatEndpoint(e)})`,
  'request.refused': (e: { text: string }) => e.text,
  'client.left': (e: { name: string } & Endpoint) =>
    `Cliente desconectado: ${e.name} (${formatEndpoint(e)})`,
  call: (e: { outcome: CallOutcome; caller: string; callee: string }) =>
    `${callWords[e.outcome]}: ${e.caller} → ${e.callee}`,
  'connection.stalled': (e: Endpoint & { seconds: number }) =>
    `Conexão encerrada: ${formatEndpoint(e)} não lê há ${e.seconds} s`,
  'connection.relentless': (e: Endpoint) =>
    `Conexão encerrada: ${formatEndpoint(e)} pede rápido demais, sem parar`,
  'connection.heaviest': (e: Endpoint & { bytes: number }) =>
    `Conexão encerrada: ${formatEndpoint(e)}, por quem mais bytes esperavam (${Math.round(e.bytes)})`,
  'watcher.slow': (e: Endpoint & { bytes: number }) =>
    `Conexão encerrada: ${formatEndpoint(e)} acompanha devagar demais (${e.bytes} bytes à espera)`,
  'sign-in.timeout': (e: Endpoint & { seconds: number }) =>
    `Conexão encerrada: ${formatEndpoint(e)} não se registrou em ${e.seconds} s`,
  'connections.full': (e: Endpoint & { max: number }) =>
    `Conexão recusada: ${formatEndpoint(e)}, já há ${e.max}`,
  'address.full': (e: Endpoint & { max: number }) =>
    `Conexão recusada: ${formatEndpoint(e)}, já há ${e.max} desse endereço`,
  'address.fast': (e: Endpoint) => `Conexão recusada: ${formatEndpoint(e)} conecta rápido demais`,
  'secrets.wrong': (e: Endpoint) =>
    `Conexão encerrada: ${formatEndpoint(e)} errou a chave de acesso vezes demais`,
  'refusals.omitted': (e: { count: number }) =>
    `Outras ${e.count} recusas em pouco tempo não foram anotadas uma a uma`,
  'lines.omitted': (e: { count: number; last: string }) =>
    `… e mais ${e.count} ${e.count === 1 ? 'linha' : 'linhas'} como esta: ${e.last}`,
  'refusals.counted': (e: RefusalCounts) =>
    `Recusas desde o início: ${[
      countsOf('registro', e.registry, registryLimitWords),
      countsOf('página web', e.web, webLimitWords),
    ]
      .filter((part) => part !== '')
      .join('; ')}`,
  'stranger.refused': (e: Endpoint & { protocol: string }) =>
    `Conexão recusada: ${formatEndpoint(e)} fala ${e.protocol}`,
  'watch.lost': (e: { why: string }) => `A página web perdeu o registro: ${e.why}`,
  'watch.restored': (e: { count: number }) =>
    `A página web acompanha o registro outra vez (${e.count} clientes)`,
  'server.stopping': (e: { why: string }) => `Encerrando o servidor (${e.why})`,
  bug: (e: { where: string; error: unknown }) => `Erro interno em ${e.where}: ${causeOf(e.error)}`,
}

/** What a proxy leaves out, and how to mend it (as in the README). */
const proxyWords = {
  Host: ({ asking, asked }: { asking: string; asked: string }) =>
    `Página web: recusado um pedido de uma página em ${asking}, que chegou para ${asked}. Se ela é esta, o proxy não passa o cabeçalho Host; no nginx: proxy_set_header Host $http_host;`,
  Upgrade: ({ asked }: { asked: string }) =>
    `Página web: um pedido de WebSocket para ${asked} chegou sem o cabeçalho Upgrade. Se há um proxy, não o passa; no nginx: proxy_http_version 1.1; proxy_set_header Upgrade $http_upgrade; proxy_set_header Connection $connection_upgrade;`,
}

/** What becomes of a call, and the words for it. */
const callWords = {
  ringing: 'Chamada',
  accepted: 'Chamada aceita',
  declined: 'Chamada recusada',
  cancelled: 'Chamada cancelada',
  timeout: 'Chamada sem resposta',
  hangup: 'Chamada encerrada',
  left: 'Chamada interrompida',
  resumed: 'Chamada retomada',
}

/** What an address, a session or a tab did more often than it may. */
const webLimitWords = {
  connections: 'conexões demais',
  requests: 'pedidos demais',
  registrations: 'registros demais',
  sessions: 'navegadores demais',
  sockets: 'abas demais',
  filters: 'filtros demais',
  messages: 'mensagens demais',
  rows: 'linhas da lista demais',
  unread: 'abas sem ler',
  codes: 'códigos de acesso errados demais',
}

export type WebLimit = keyof typeof webLimitWords

/** What the registry closed or refused for which limit (`LimitMet` there). */
const registryLimitWords: Record<string, string> = {
  stalled: 'sem ler',
  signIn: 'sem se registrar a tempo',
  full: 'sem lugar',
  addressFull: 'sem lugar para o endereço',
  addressFast: 'conectando rápido demais',
  unsaid: 'delas sem resposta',
  slowWatcher: 'acompanhando devagar demais',
  lineTooLong: 'linhas longas demais',
  wrongSecrets: 'chaves de acesso erradas vezes demais',
  tooFast: 'pedidos rápidos demais',
  heaviest: 'com bytes demais à espera',
  relentless: 'rápidas demais por tempo demais',
}

/** How often each limit was met since the start. */
export type RefusalCounts = Readonly<{
  registry: Readonly<Record<string, number>>
  web: Readonly<Record<WebLimit, number>>
}>

/** The counts that are not 0, in words; a limit without a word goes by its own name. */
function countsOf(
  where: string,
  counts: Readonly<Record<string, number>>,
  words: Record<string, string>,
): string {
  const met = Object.entries(counts).filter(([, count]) => count > 0)
  if (met.length === 0) return ''
  return `${where}: ${met.map(([limit, count]) => `${count} ${words[limit] ?? limit}`).join(', ')}`
}

export type CallOutcome = keyof typeof callWords

export type LogEntry = {
  [Event in keyof typeof events]: { event: Event } & Parameters<(typeof events)[Event]>[0]
}[keyof typeof events]

export type Log = (entry: LogEntry) => void

/** The words of an entry: one line, but for a bug, which brings its stack. */
export const describe = (entry: LogEntry): string =>
  (events[entry.event] as (fields: LogEntry) => string)(entry)

/** A log whose lines begin with the local date and time. `write` takes each without its newline. */
export function createLog({
  write,
  now,
}: {
  write: (line: string) => void
  now: () => number
}): Log {
  return (entry) => write(`${timestamp(now())} ${describe(entry)}`)
}

let lastSecond = -1
let lastText = ''

/** `2026-11-22 15:30:01` in local time; made once a second, however many lines that has. */
function timestamp(milliseconds: number): string {
  const second = Math.floor(milliseconds / 1000)
  if (second !== lastSecond) {
    lastSecond = second
    const date = new Date(milliseconds)
    const offset = date.getTimezoneOffset() * 60_000
    lastText = new Date(milliseconds - offset).toISOString().slice(0, 19).replace('T', ' ')
  }
  return lastText
}

/** Characters of a stack that are written: enough for its message and the frames that matter. */
const maxCause = 4_000

/** The stack with control characters made visible: its message may quote anything. */
function causeOf(error: unknown): string {
  const whole = error instanceof Error ? (error.stack ?? error.message) : String(error)
  const text = whole.length > maxCause ? `${whole.slice(0, maxCause)}…` : whole
  // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what is taken out
  return text.replace(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/g, '\uFFFD')
}
