import { expect, test } from 'bun:test'
import { candidatesApart } from '../../../../src/browser/call/signalling/candidates-apart.ts'

const lines = (...all: string[]) => all.map((line) => `${line}\r\n`).join('')

test('a description gives up its candidates, each with its place', () => {
  const whole = lines(
    'v=0',
    'a=ice-ufrag:abcd',
    'm=audio 9 RTP 0',
    'a=candidate:1 1 udp 1 192.0.2.7 7 typ host',
    'a=mid:0',
    'm=video 9 RTP 96',
    'a=ice-ufrag:efgh',
    'a=mid:1',
    'a=candidate:2 1 udp 1 192.0.2.8 8 typ host',
    'a=end-of-candidates',
  )
  expect(candidatesApart(whole)).toEqual({
    sdp: lines(
      'v=0',
      'a=ice-ufrag:abcd',
      'm=audio 9 RTP 0',
      'a=mid:0',
      'm=video 9 RTP 96',
      'a=ice-ufrag:efgh',
      'a=mid:1',
    ),
    candidates: [
      {
        candidate: 'candidate:1 1 udp 1 192.0.2.7 7 typ host',
        sdpMid: '0',
        sdpMLineIndex: 0,
        usernameFragment: 'abcd',
      },
      {
        candidate: 'candidate:2 1 udp 1 192.0.2.8 8 typ host',
        sdpMid: '1',
        sdpMLineIndex: 1,
        usernameFragment: 'efgh',
      },
      { candidate: '', sdpMid: '1', sdpMLineIndex: 1, usernameFragment: 'efgh' },
    ],
  })
})

test('one without any stays as it is', () => {
  const whole = lines('v=0', 'm=audio 9 RTP 0', 'a=mid:0')
  expect(candidatesApart(whole)).toEqual({ sdp: whole, candidates: [] })
})
