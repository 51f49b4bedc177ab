import fc from 'fast-check'

/** What a fuzzed browser sends over one connection, in pieces. */
export type Visit = { pieces: Uint8Array[]; frames: Uint8Array[] }

/** Stand for what only a running site knows: they are replaced as the bytes are sent. */
export const hostMark = 'HOST.invalid'
export const cookieMark = 'COOKIE.invalid'

const from = (...words: string[]) => fc.constantFrom(...words)
const often = <T>(usual: fc.Arbitrary<T>, odd: fc.Arbitrary<T>, times = 4) =>
  fc.oneof({ weight: times, arbitrary: usual }, { weight: 1, arbitrary: odd })

/** Text of any bytes but those that end a line: one character each. */
const line = fc
  .string({ unit: 'binary-ascii', maxLength: 40 })
  .map((text) => text.replace(/[\r\n]/g, ' '))
const escaped = from(
  '%',
  '%zz',
  '%00',
  '%ff',
  '%c3',
  '%u0041',
  '%2e%2e%2f',
  '%0d%0aX:1',
  '+',
  '%F0%9F%92%BB',
)
const word = fc.oneof(
  from(
    'Ana',
    'ana',
    '127.0.0.1',
    '::1',
    '5001',
    '0',
    '-1',
    '1e9',
    '99999999',
    'name',
    'newest',
    'true',
    'left',
  ),
  from('', '<b>&"', 'a'.repeat(300), '\u00ff\u0080', '__proto__', 'constructor', '[]', 'a=b&c'),
  escaped,
  line,
)

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

const host = often(
  from(hostMark),
  fc.oneof(
    from(
      'a/b',
      '',
      'a b',
      'a@b',
      '[::1',
      '[::1]:',
      'localhost:99999',
      '%zz',
      '1.2.3.4.5',
      'xn--',
      '..',
      '0x7f.1',
      '\u00e9',
      'evil.example',
      'a,b',
    ),
    line,
  ),
  6,
)
const origin = from(
  `http://${hostMark}`,
  `http://${hostMark}`,
  'null',
  '',
  'https://evil.example',
  '::',
  'http://[',
  'file://',
  '\u00ff',
)

/** One header, in bytes: its name and a value. */
const header: fc.Arbitrary<[string, string]> = fc.oneof(
  ...(
    [
      [
        'Cookie',
        fc.oneof(
          from(
            cookieMark,
            cookieMark,
            '__Host-encontro=a.b',
            'encontro=%zz',
            'encontro=a.b; encontro=c.d',
            ';;;=',
            'language=xx; language=en',
          ),
          word,
        ),
      ],
      [
        'Accept-Language',
        from(
          'en',
          'pt;q=0',
          'en;q=x, pt;q=-1',
          '*;q=0.5',
          ';;,,;q=',
          'en;q=1e999',
          'a'.repeat(2_000),
          ',en;;q=0.1;q=2',
        ),
      ],
      [
        'X-Forwarded-For',
        from(
          '192.0.2.7',
          '192.0.2.8, 127.0.0.1',
          'unknown',
          '[::1]:5',
          ',,',
          '1.2.3.4:x',
          'fe80::1%lo',
          '::ffff:192.0.2.9',
          '\u00ff',
        ),
      ],
      ['X-Forwarded-Proto', from('https', 'http', 'HTTPS,http', 'javascript', '')],
      ['X-Forwarded-Host', fc.oneof(from(hostMark, 'a/b', '[', 'a@b', ':', '//', 'a:99999'), line)],
      ['Sec-Fetch-Site', from('same-origin', 'same-origin', 'cross-site', 'none', '')],
      ['Origin', origin],
      ['Referer', origin.map((text) => `${text}/x`)],
      ['HX-Request', from('true', 'false')],
      [
        'Content-Type',
        from(
          'application/x-www-form-urlencoded',
          'multipart/form-data; boundary=x',
          'multipart/form-data',
          'multipart/form-data; boundary=',
          'application/json',
          'a/b; charset=x',
          ';',
          '\u00ff',
        ),
      ],
      ['Content-Length', from('0', '5', '-1', '20000', '99999999999999999999', '5, 5', '0x5', '')],
      ['Transfer-Encoding', from('chunked', 'chunked, chunked', 'gzip', 'identity')],
      ['Range', from('bytes=0-1', 'bytes=-1', 'bytes=5-1', 'bytes=a-b', 'bytes=0-1,2-3,4-999999')],
      ['If-None-Match', from('*', '"a"', 'W/"', '')],
      ['If-Modified-Since', from('Thu, 01 Jan 1970 00:00:00 GMT', 'yesterday')],
      ['Expect', from('100-continue', 'x')],
      ['Connection', from('close', 'keep-alive', 'Upgrade', 'keep-alive, Upgrade, x', '')],
      ['Upgrade', from('websocket', 'WebSocket, h2c', 'h2c', '')],
      ['Sec-WebSocket-Key', from('dGhlIHNhbXBsZSBub25jZQ==', '', 'x', '='.repeat(500))],
      ['Sec-WebSocket-Version', from('13', '8', '', '13, 8')],
      ['Sec-WebSocket-Protocol', from('a', 'a, b', '\u00ff')],
      [
        'Sec-WebSocket-Extensions',
        from('permessage-deflate', 'permessage-deflate; client_max_window_bits=99', 'x; y="'),
      ],
      ['X', line],
    ] as [string, fc.Arbitrary<string>][]
  ).map(([name, value]) => value.map((text): [string, string] => [name, text])),
  fc.tuple(line, line),
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

const json = fc.oneof(
  fc.record(
    {
      filter: word,
      order: word,
      page: word,
      pages: fc.oneof(word, fc.integer()),
      personName: word,
      personIp: word,
    },
    { requiredKeys: [] },
  ),
  fc.record({
    call: fc.oneof(
      fc.record({ kind: from('call', 'resume'), name: word, ip: word, id: word }),
      fc.record({
        kind: from('accept', 'decline', 'hangup', 'signal', 'x'),
        id: word,
        payload: word,
      }),
    ),
  }),
  fc.jsonValue(),
)
const said = fc.oneof(
  { weight: 5, arbitrary: json.map((value) => JSON.stringify(value)) },
  {
    weight: 1,
    arbitrary: from('', '{', '['.repeat(5_000), '{"filter":"\ud800"}', 'null', '"'.repeat(99)),
  },
)

/** A length as a frame says it. */
function sizeOf(length: number): Buffer {
  if (length < 126) return Buffer.from([length])
  const size = Buffer.alloc(length < 65_536 ? 3 : 9)
  size[0] = length < 65_536 ? 126 : 127
  if (length < 65_536) size.writeUInt16BE(length, 1)
  else size.writeBigUInt64BE(BigInt(length), 1)
  return size
}

/** A frame of a WebSocket (RFC 6455, section 5.2), mostly as a browser sends them. */
const frame: fc.Arbitrary<Uint8Array> = fc
  .record({
    first: often(fc.constantFrom(0x81, 0x81, 0x81, 0x82, 0x89, 0x8a), fc.nat({ max: 255 }), 9),
    payload: often(
      said.map((text) => Buffer.from(text)),
      fc.uint8Array({ maxLength: 200 }).map((bytes) => Buffer.from(bytes)),
    ),
    masked: often(fc.constant(true), fc.constant(false), 15),
    length: often(fc.constant(undefined), fc.constantFrom(0, 125, 65_535, 70_000, 2 ** 40), 15),
  })
  .map(({ first, payload, masked, length = payload.length }) => {
    const size = sizeOf(length)
    if (masked) size[0] = (size[0] ?? 0) | 0x80
    const mask = Buffer.from([1, 2, 3, 4])
    const data = masked
      ? Buffer.from(payload.map((byte, at) => byte ^ (mask[at % 4] ?? 0)))
      : payload
    return Buffer.concat([Buffer.from([first]), size, masked ? mask : Buffer.alloc(0), data])
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
