/** URLs of STUN and TURN servers that may be set. */
export const goodIceUrls = {
  stun: [
    'stun:stun.example.org',
    'stun:stun.example.org:3478',
    'STUN:h',
    'stun:192.0.2.7:19302',
    'stun:[2001:db8::7]',
    'stun:[::ffff:192.0.2.7]:3478',
    'stun:xn--9ca.example',
    'stun:_stun.h',
    'stun:h:53',
    'stun:h:65535',
  ],
  turn: [
    'turn:h',
    'turns:h',
    'Turns:h:5349?transport=tcp',
    'turn:h:80?transport=udp',
    'turns:h:443',
    'turn:[2001:db8::7]:3478?transport=tcp',
    'turn:192.0.2.7',
  ],
}

/** Those that may not. Of most either browser says that they are none. */
export const badIceUrls = {
  stun: [
    ...['stun:', 'stun://h', 'stun:h:', 'stun:h:0', 'stun:h:65536', 'stun:h:03478x', 'stun:h:+1'],
    ...[
      'stun:[::1',
      'stun:::1',
      'stun:2001:db8::1',
      'stun:[::g]',
      'stun:[h]',
      'stun:[fe80::1%eth0]',
    ],
    ...[
      'stun:h?',
      'stun:h?transport=udp',
      'stun:u@h',
      'stun:h/x',
      'stun:h#x',
      'stun:h\\x',
      'stun:h x',
    ],
    ...['stuns:h', 'turn:h', 'https://h', 'h:3478', 'stun:h:25', 'stun:h:6000', 'stun:192.0.2.256'],
    ...[
      'stun:1.2.3',
      'stun:a..b',
      'stun:.h',
      'stun:-h',
      'stun:h-',
      'stun:é.pt',
      'stun:%41',
      'stun:a;stun:b',
    ],
    ...['stun:0x7f.1', `stun:${'a'.repeat(64)}.b`, `stun:${'a.'.repeat(130)}b`, 'stun:h\u0000'],
  ],
  turn: [
    ...[
      'turn:',
      'turn://h',
      'turn:h:',
      'turn:h:99999',
      'turn:u@h',
      'turn:u:p@h',
      'turn:2001:db8::1',
    ],
    ...[
      'turn:h/x',
      'turn:a;turn:b',
      'turn:h:1:2',
      'turn:h?',
      'turn:h?foo=bar',
      'turn:h?transport=',
    ],
    ...[
      'turn:h?transport=UDP',
      'turn:h?transport=tls',
      'turn:h?transport=sctp',
      'turn:h?Transport=udp',
    ],
    ...['turn:h?transport=udp&x=1', 'turn:h?transport=udp?transport=tcp', 'stun:h', 'http://h'],
  ],
}
