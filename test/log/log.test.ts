import { describe, expect, test } from 'bun:test'
import { noRefusals } from '../../src/limits/web-limiter.ts'
import { createLog, describe as describeEntry, type LogEntry } from '../../src/log/log.ts'

const at = { ip: '10.0.0.7', port: 4000 }
const six = { ip: '2001:db8::7', port: 4000 }
const server = { ip: '127.0.0.1', port: 3001 }

const lines: [LogEntry, string][] = [
  [{ event: 'registry.started', ...server }, 'Servidor iniciado em 127.0.0.1:3001'],
  [{ event: 'connection.opened', ...at }, 'Nova conexão de 10.0.0.7:4000'],
  [{ event: 'connection.opened', ...six }, 'Nova conexão de [2001:db8::7]:4000'],
  [
    { event: 'registration.attempted', name: 'Ana', claim: at, callPort: 5001, server },
    'Registrando novo cliente: Ana (10.0.0.7:4000 recebendo em 5001) no servidor 127.0.0.1:3001',
  ],
  [
    { event: 'registration.accepted', name: 'Ana', ...at },
    'Novo cliente registrado: Ana (10.0.0.7:4000)',
  ],
  [{ event: 'request.refused', text: 'Usuário já registrado' }, 'Usuário já registrado'],
  [{ event: 'client.left', name: 'Ana', ...at }, 'Cliente desconectado: Ana (10.0.0.7:4000)'],
  [{ event: 'web.started', url: 'http://127.0.0.1:3000/' }, 'Página web em http://127.0.0.1:3000/'],
  [
    { event: 'try.it', ...server },
    'Para experimentar em um terminal: (echo register,Bia,5002; cat) | nc 127.0.0.1 3001',
  ],
  [
    { event: 'connection.stalled', ...at, seconds: 10 },
    'Conexão encerrada: 10.0.0.7:4000 não lê há 10 s',
  ],
  [
    { event: 'connection.relentless', ...at },
    'Conexão encerrada: 10.0.0.7:4000 pede rápido demais, sem parar',
  ],
  [
    { event: 'connection.heaviest', ...at, bytes: 1024.5 },
    'Conexão encerrada: 10.0.0.7:4000, por quem mais bytes esperavam (1025)',
  ],
  [
    { event: 'watcher.slow', ...at, bytes: 262_145 },
    'Conexão encerrada: 10.0.0.7:4000 acompanha devagar demais (262145 bytes à espera)',
  ],
  [
    { event: 'sign-in.timeout', ...at, seconds: 60 },
    'Conexão encerrada: 10.0.0.7:4000 não se registrou em 60 s',
  ],
  [
    { event: 'connections.full', ...at, max: 15_000 },
    'Conexão recusada: 10.0.0.7:4000, já há 15000',
  ],
  [
    { event: 'stranger.refused', ...at, protocol: 'HTTP' },
    'Conexão recusada: 10.0.0.7:4000 fala HTTP',
  ],
  [
    { event: 'watch.lost', why: 'Conexão encerrada' },
    'A página web perdeu o registro: Conexão encerrada',
  ],
  [
    { event: 'watch.restored', count: 3 },
    'A página web acompanha o registro outra vez (3 clientes)',
  ],
  [
    { event: 'certificate.loaded', until: '2027-12-24', fingerprint: 'AB:CD' },
    'Certificado da página web até 2027-12-24, SHA-256 AB:CD',
  ],
  [
    { event: 'certificate.kept', why: 'TLS_KEY="a": x' },
    'O certificado anterior continua: TLS_KEY="a": x',
  ],
  [
    { event: 'web.limited', ip: '10.0.0.7', limit: 'requests' },
    'Página web: pedidos demais de 10.0.0.7',
  ],
  [
    { event: 'descriptors.few', connections: 751, descriptors: 1_000, enough: 750, wanted: 1_002 },
    'MAX_CONNECTIONS=751 é mais do que este processo pode ter: os seus 1000 descritores dão para 750. Dê-lhe 1002 (LimitNOFILE= no systemd, ulimit -Hn no terminal) ou use MAX_CONNECTIONS=auto',
  ],
  [
    { event: 'refusals.counted', registry: { signIn: 3, full: 0, tooFast: 40 }, web: noRefusals },
    'Recusas desde o início: registro: 3 sem se registrar a tempo, 40 pedidos rápidos demais',
  ],
  [
    {
      event: 'refusals.counted',
      registry: { full: 0 },
      web: { ...noRefusals, requests: 7, codes: 1 },
    },
    'Recusas desde o início: página web: 7 pedidos demais, 1 códigos de acesso errados demais',
  ],
  [
    { event: 'refusals.counted', registry: { new: 1 }, web: { ...noRefusals, sockets: 2 } },
    'Recusas desde o início: registro: 1 new; página web: 2 abas demais',
  ],
  [
    { event: 'lines.omitted', count: 2, last: 'Nova conexão de 10.0.0.7:4000' },
    '… e mais 2 linhas como esta: Nova conexão de 10.0.0.7:4000',
  ],
  [{ event: 'server.stopping', why: 'SIGTERM' }, 'Encerrando o servidor (SIGTERM)'],
  [
    { event: 'engine.joined', node: 'um', nodes: 2, registrations: 5 },
    'Diretório comum: um é um de 2, com 5 registrados',
  ],
  [{ event: 'engine.waiting', why: 'ECONNREFUSED' }, 'À espera do motor comum: ECONNREFUSED'],
  [
    { event: 'engine.away', why: 'ECONNREFUSED' },
    'O motor comum não responde (ECONNREFUSED): ninguém se registra nem liga até que volte',
  ],
  [{ event: 'engine.back' }, 'O motor comum voltou'],
  [{ event: 'engine.anew', why: 'fenced' }, 'Este nó entra de novo: os outros o deram por parado'],
  [{ event: 'engine.recovered', registrations: 5 }, 'Diretório comum refeito, com 5 registrados'],
  [
    { event: 'engine.draining', seconds: 5 },
    'Este nó vai parar: quem chega é mandado a outro por 5 s',
  ],
]

test.each(lines.map(([entry, line]) => ({ event: entry.event, entry, line })))(
  'the log says of $event “$line”',
  ({ entry, line }) => {
    expect(describeEntry(entry, 'pt')).toBe(line)
  },
)

/** Of the first server: the same in every language. */
const firstLines = [
  'registry.started',
  'connection.opened',
  'registration.attempted',
  'registration.accepted',
  'request.refused',
  'client.left',
]

test.each(lines.map(([entry, line]) => ({ event: entry.event, entry, line })))(
  'the log says $event in English, unless the first server said it',
  ({ event, entry, line }) => {
    const english = describeEntry(entry, 'en')
    if (firstLines.includes(event)) return expect(english).toBe(line)
    expect(english).not.toBe(line)
    // Words in Portuguese give themselves away by their letters, but for those that a line quotes.
    expect(english.replace(/Conexão encerrada|Nova conexão/, '')).toMatch(/^[ -~→…]+$/)
  },
)

test.each([
  [
    { event: 'try.it', ...server, code: true },
    'To try it in a terminal: (echo auth,CODE; echo register,Bia,5002; cat) | nc 127.0.0.1 3001',
  ],
  [{ event: 'web.started', url: 'http://127.0.0.1:3000/' }, 'Web page at http://127.0.0.1:3000/'],
  [
    { event: 'call', outcome: 'timeout', caller: 'Ana', callee: 'Bia' },
    'Call not answered: Ana → Bia',
  ],
  [
    { event: 'web.limited', ip: '', limit: 'sockets' },
    'Web page: too many tabs from an unknown address',
  ],
  [
    {
      event: 'refusals.counted',
      registry: { signIn: 3, new: 1 },
      web: { ...noRefusals, codes: 2 },
    },
    'Refused since the start: registry: 3 not registered in time, 1 new; web page: 2 too many wrong access codes',
  ],
] satisfies [LogEntry, string][])('in English: %j', (entry, line) => {
  expect(describeEntry(entry, 'en')).toBe(line)
})

test('each line begins with the local date and time, and is written once', () => {
  const written: string[] = []
  let time = new Date(2026, 10, 22, 15, 30, 1, 999).getTime()
  const log = createLog({ write: (line) => written.push(line), now: () => time, language: 'pt' })
  log({ event: 'server.stopping', why: 'a' })
  time += 1
  log({ event: 'server.stopping', why: 'b' })
  log({ event: 'server.stopping', why: 'c' })
  time = new Date(2026, 0, 2, 3, 4, 5).getTime()
  log({ event: 'server.stopping', why: 'd' })
  expect(written).toEqual([
    '2026-11-22 15:30:01 Encerrando o servidor (a)',
    '2026-11-22 15:30:02 Encerrando o servidor (b)',
    '2026-11-22 15:30:02 Encerrando o servidor (c)',
    '2026-01-02 03:04:05 Encerrando o servidor (d)',
  ])
})

describe('a bug', () => {
  test('brings its stack', () => {
    const line = describeEntry(
      { event: 'bug', where: 'registry', error: new Error('broken') },
      'pt',
    )
    expect(line).toStartWith('Erro interno em registry: ')
    expect(line).toContain('broken')
    expect(line).toContain('log.test.ts')
  })

  test.each([
    { error: new Error('a\u001b[31mb\rc\u0007\u009b5A\t'), seen: 'a�[31mb�c��5A�' },
    { error: 'only\u001bwords', seen: 'only�words' },
    { error: undefined, seen: 'undefined' },
    { error: { toString: () => 'odd\u0000' }, seen: 'odd�' },
  ])('has no control characters: $seen', ({ error, seen }) => {
    const line = describeEntry({ event: 'bug', where: 'registry', error }, 'pt')
    expect(line).toContain(seen)
    // biome-ignore lint/suspicious/noControlCharactersInRegex: they are what must not be there
    expect(line).not.toMatch(/[\u0000-\u0009\u000b-\u001f\u007f-\u009f]/)
  })
})
