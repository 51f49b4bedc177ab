import fc from 'fast-check'

import { cookieMark, from, hostMark, line, often, word } from './odd-words.ts'

export const host = often(
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
export const header: fc.Arbitrary<[string, string]> = fc.oneof(
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
