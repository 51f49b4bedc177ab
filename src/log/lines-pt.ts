import { type Endpoint, formatEndpoint } from '../endpoint.ts'
import type { Deed } from '../operator/deed.ts'
import { registerCommand, type ShownRegistry } from '../register-command.ts'
import { causeOf } from './cause.ts'
import { countsOf, type RefusalCounts } from './refusal-counts.ts'

/** Every other line in Portuguese: a stable name of an event, typed fields, and the words for them. */
export const linesPt = {
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
  'address.blocked': (e: Endpoint) =>
    `Conexão recusada: ${formatEndpoint(e)}, o endereço está bloqueado`,
  'operator.entered': (e: { ip: string }) => `Operador entrou na página, de ${e.ip}`,
  'operator.refused': (e: { ip: string }) =>
    `Página do operador: chave errada, de ${e.ip || 'um endereço desconhecido'}`,
  'operator.did': (e: { by: Endpoint; deed: Deed }) =>
    `Operador em ${formatEndpoint(e.by)}: ${deedWords(e.deed)}`,
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
  'proxy.silent': (e: Endpoint) =>
    `Conexão recusada: ${formatEndpoint(e)} está em REGISTRY_PROXIES e não começa com a linha do protocolo PROXY`,
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
function deedWords(deed: Deed): string {
  switch (deed.kind) {
    case 'kick':
      return `desconectou ${deed.name} (${deed.ip}): ${deed.text}`
    case 'block':
      return `bloqueou ${deed.ip} até ${new Date(deed.until).toISOString()}`
    case 'unblock':
      return `desbloqueou ${deed.ip}`
    case 'notice':
      return deed.text === '' ? 'retirou o aviso' : `aviso a todos: ${deed.text}`
  }
}

const callWords = {
  ringing: 'Chamada',
  accepted: 'Chamada aceita',
  declined: 'Chamada recusada',
  cancelled: 'Chamada cancelada',
  timeout: 'Chamada sem resposta',
  hangup: 'Chamada encerrada',
  left: 'Chamada interrompida',
  lost: 'Conexão perdida na chamada',
  resumed: 'Chamada retomada',
  invited: 'Convite para a chamada',
  joined: 'Entrou na chamada',
  gone: 'Saiu da chamada',
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

/** What the registry closed or refused for which limit (`LimitMet` there). */
const registryLimitWords: Record<string, string> = {
  stalled: 'sem ler',
  signIn: 'sem se registrar a tempo',
  full: 'sem lugar',
  addressFull: 'sem lugar para o endereço',
  addressFast: 'conectando rápido demais',
  blocked: 'de um endereço bloqueado',
  unsaid: 'delas sem resposta',
  slowWatcher: 'acompanhando devagar demais',
  lineTooLong: 'linhas longas demais',
  wrongSecrets: 'chaves de acesso erradas vezes demais',
  tooFast: 'pedidos rápidos demais',
  heaviest: 'com bytes demais à espera',
  relentless: 'rápidas demais por tempo demais',
}

export type WebLimit = keyof typeof webLimitWords
export type CallOutcome = keyof typeof callWords
