import fc from 'fast-check'

import { frame } from './frames.ts'
import { header, host } from './http-headers.ts'
import { cookieMark, from, hostMark, line, often, word } from './odd-words.ts'

/** What a fuzzed browser sends over one connection, in pieces. */
export type Visit = { pieces: Uint8Array[]; frames: Uint8Array[] }

const query = fc
  .array(
    fc.tuple(
      from('name', 'ip', 'filter', 'order', 'page', 'notice', 'refused', 'v', '', '__proto__'),
      word,
    ),
    { maxLength: 4 },
  )
  .map((pairs) => (pairs.length > 0 ? `?${pairs.map((pair) => pair.join('=')).join('&')}` : ''))
const path = often(
  from(
    '/',
    '/people',
    '/person',
    '/register',
    '/leave',
    '/language',
    '/live',
    '/assets/htmx.js',
    '/assets/',
  ),
  fc.oneof(
    word.map((text) => `/${text}`),
    from(
      '//',
      '/../..',
      '/%2e%2e/x',
      '/assets/%zz',
      '/people/',
      '/people;x',
      '/PEOPLE',
      '/\\a',
      '/live/..',
    ),
  ),
)
const target = often(
  fc.tuple(path, query).map(([at, asked]) => at + asked),
  fc.oneof(
    from(
      '*',
      '',
      'people',
      'http://',
      'http://[::1',
      'http://evil.example/people',
      'localhost:1',
      '?',
      '#',
      'https://a@b/',
    ),
    word,
  ),
  8,
)
const method = often(
  from('GET', 'GET', 'GET', 'POST', 'POST', 'HEAD', 'OPTIONS'),
  from(
    'PUT',
    'DELETE',
    'PATCH',
    'TRACE',
    'CONNECT',
    'PROPFIND',
    'get',
    '',
    'LIST',
    'G\u0000T',
    'a'.repeat(100),
  ),
)
const version = often(
  from('HTTP/1.1'),
  from('HTTP/1.0', 'HTTP/2.0', 'HTTP/1.1 ', 'http/1.1', '', 'HTTP/9'),
  12,
)

const form = fc
  .array(
    fc.tuple(
      from('name', 'callPort', 'accessCode', 'language', 'back', 'name[]', 'a.b', '__proto__'),
      word,
    ),
    { maxLength: 5 },
  )
  .map((pairs) => pairs.map((pair) => pair.join('=')).join('&'))
const part = fc
  .tuple(from('name="name"', 'name="callPort"; filename="a"', 'name=', '', 'name="'), word)
  .map(([name, value]) => `--x\r\nContent-Disposition: form-data; ${name}\r\n\r\n${value}\r\n`)
const multipart = fc
  .tuple(fc.array(part, { maxLength: 3 }), from('--x--\r\n', '--x', '', '--x--'))
  .map(([parts, end]) => parts.join('') + end)
const body = fc.oneof(
  form,
  multipart,
  from('', '{"name":"Ana"}', '5\r\nhello\r\n0\r\n\r\n', 'zz\r\n', '0\r\n\r\n'),
  line,
)

type Parts = {
  method: string
  target: string
  version: string
  host: string
  headers: [string, string][]
  body: string
  honest: boolean
  proxied: boolean
}

/** A request, right or nearly so. An honest one says how long its body is, and that it is our page's. */
const request: fc.Arbitrary<string> = fc
  .record({
    method,
    target,
    version,
    host,
    headers: fc.array(header, { maxLength: 4 }),
    body,
    honest: often(fc.constant(true), fc.constant(false)),
    proxied: often(fc.constant(false), fc.constant(true)),
  })
  .map(({ method, target, version, host, headers, body, honest, proxied }: Parts) => {
    const own: [string, string][] =
      method === 'POST' && honest
        ? [
            ['Sec-Fetch-Site', 'same-origin'],
            ['Cookie', cookieMark],
            [
              'Content-Type',
              body.startsWith('--x')
                ? 'multipart/form-data; boundary=x'
                : 'application/x-www-form-urlencoded',
            ],
            ['Content-Length', `${body.length}`],
          ]
        : []
    const client = proxied ? [['X-Forwarded-For', '192.0.2.7']] : []
    const head = [['Host', host], ...client, ...own, ...headers].map((pair) => pair.join(': '))
    return `${method} ${target} ${version}\r\n${head.join('\r\n')}\r\n\r\n${method === 'POST' ? body : ''}`
  })

const latin1 = (text: string) => Buffer.from(text, 'latin1')

/** Now and then a byte is another one, or is missing. */
const mutated = fc
  .tuple(
    request,
    fc.array(fc.tuple(fc.nat({ max: 400 }), fc.nat({ max: 255 })), { maxLength: 2 }),
    fc.nat({ max: 9 }),
  )
  .map(([text, changes, how]) => {
    const bytes = latin1(text)
    if (how > 1) return bytes
    for (const [at, byte] of changes) if (at < bytes.length) bytes[at] = byte
    return how === 0 ? bytes.subarray(0, Math.max(1, bytes.length - 5)) : bytes
  })

const handshake = [
  'GET /live HTTP/1.1',
  `Host: ${hostMark}`,
  'Connection: Upgrade',
  'Upgrade: websocket',
  'Sec-WebSocket-Version: 13',
  'Sec-WebSocket-Key: dGhlIHNhbXBsZSBub25jZQ==',
  `Cookie: ${cookieMark}`,
  `Origin: http://${hostMark}`,
  '',
  '',
].join('\r\n')

export const visit: fc.Arbitrary<Visit> = fc.oneof(
  {
    weight: 3,
    arbitrary: fc
      .array(mutated, { minLength: 1, maxLength: 4 })
      .map((pieces): Visit => ({ pieces, frames: [] })),
  },
  {
    weight: 1,
    arbitrary: fc
      .array(frame, { maxLength: 8 })
      .map((frames): Visit => ({ pieces: [latin1(handshake)], frames })),
  },
)
