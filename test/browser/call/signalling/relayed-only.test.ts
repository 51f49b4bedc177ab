import { expect, test } from 'bun:test'
import { withoutOwnAddresses } from '../../../../src/browser/call/signalling/relayed-only.ts'

const candidate = (line: string) => withoutOwnAddresses({ candidate: { candidate: line } })

test.each([
  'candidate:1 1 udp 2122260223 192.168.0.7 50000 typ host generation 0',
  'candidate:1 1 udp 2122260223 6c8d.local 50000 typ host',
  'candidate:2 1 udp 1686052607 203.0.113.5 50000 typ srflx raddr 192.168.0.7 rport 50000',
  'candidate:3 1 udp 1686052607 203.0.113.5 50000 typ prflx raddr 192.168.0.7 rport 50000',
])('%s is not told', (line) => {
  expect(candidate(line)).toBeUndefined()
})

test('a relay is told without the address behind it', () => {
  const line = 'candidate:4 1 udp 41885439 198.51.100.9 60000 typ relay raddr 203.0.113.5 rport 5'
  expect(candidate(line)).toEqual({
    candidate: {
      candidate: line.replace('raddr 203.0.113.5 rport 5', 'raddr 0.0.0.0 rport 0'),
    },
  })
  expect(candidate('')).toEqual({ candidate: { candidate: '' } })
})

test('a description names no address of this end', () => {
  const sdp = [
    'v=0',
    'o=mozilla 4 1 IN IP4 192.168.0.7',
    'm=audio 50000 UDP/TLS/RTP/SAVPF 111',
    'c=IN IP6 fd00::7',
    'a=rtcp:50001 IN IP4 192.168.0.7',
    'a=fingerprint:sha-256 AA:BB',
    'a=candidate:1 1 udp 2122260223 192.168.0.7 50000 typ host',
    'a=candidate:4 1 udp 41885439 198.51.100.9 60000 typ relay raddr 192.168.0.7 rport 50000',
    'm=video 0 UDP/TLS/RTP/SAVPF 96',
    '',
  ].join('\r\n')
  const told = withoutOwnAddresses({ description: { type: 'offer', sdp } })
  expect(told).toEqual({
    description: {
      type: 'offer',
      sdp: [
        'v=0',
        'o=mozilla 4 1 IN IP4 127.0.0.1',
        'm=audio 9 UDP/TLS/RTP/SAVPF 111',
        'c=IN IP4 0.0.0.0',
        'a=rtcp:9 IN IP4 0.0.0.0',
        'a=fingerprint:sha-256 AA:BB',
        'a=candidate:4 1 udp 41885439 198.51.100.9 60000 typ relay raddr 0.0.0.0 rport 0',
        'm=video 0 UDP/TLS/RTP/SAVPF 96',
        '',
      ].join('\r\n'),
    },
  })
})
