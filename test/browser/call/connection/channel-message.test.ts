import { describe, expect, test } from 'bun:test'
import {
  type ChannelMessage,
  chatText,
  formatChannelMessage,
  maxChatLength,
  parseChannelMessage,
} from '../../../../src/browser/call/connection/channel-message.ts'
import {
  decodeSignal,
  encodeSignal,
  type Signal,
} from '../../../../src/browser/call/signalling/signal.ts'

describe('what travels on the channel', () => {
  test.each<ChannelMessage>([
    { kind: 'chat', text: 'olá <b>' },
    { kind: 'shown', microphone: true, camera: false, sharing: false },
    { kind: 'bye' },
    { kind: 'commit', commitment: 'x' },
    { kind: 'reveal', fingerprints: ['sha-256 AA'], nonce: 'y' },
  ])('%j is read back as itself', (message) => {
    expect(parseChannelMessage(formatChannelMessage(message))).toEqual(message)
  })

  test.each([
    [''],
    ['null'],
    ['[]'],
    ['{"kind":"chat"}'],
    ['{"kind":"chat","text":" "}'],
    [`{"kind":"chat","text":"${'x'.repeat(maxChatLength + 1)}"}`],
    ['{"kind":"shown","microphone":1,"camera":false,"sharing":false}'],
    ['{"kind":"reveal","fingerprints":[1],"nonce":"y"}'],
    ['{"kind":"__proto__"}'],
    [`{"kind":"bye","x":"${'x'.repeat(20_000)}"}`],
    [new ArrayBuffer(4)],
  ])('%p is nothing', (data) => {
    expect(parseChannelMessage(data)).toBeUndefined()
  })

  test('chat is trimmed, and bounded', () => {
    expect(chatText('  a\nb ')).toBe('a\nb')
    expect(chatText('x'.repeat(maxChatLength))).toHaveLength(maxChatLength)
    expect(chatText('x'.repeat(maxChatLength + 1))).toBeUndefined()
  })
})

describe('what travels by way of the server', () => {
  test.each<Signal>([
    { description: { type: 'offer', sdp: 'v=0\r\nç☎' } },
    {
      candidate: {
        candidate: 'candidate:1',
        sdpMid: '0',
        sdpMLineIndex: 0,
        usernameFragment: null,
      },
    },
  ])('%j is base64url, and read back as itself', (signal) => {
    const payload = encodeSignal(signal)
    expect(payload).toMatch(/^[\w-]+$/)
    expect(decodeSignal(payload)).toEqual(signal)
  })

  test.each([
    ['***'],
    [btoa('null')],
    [btoa('{"description":{"type":"rollback","sdp":""}}')],
    [btoa('{"candidate":7}')],
    [btoa('{"candidate":{"candidate":"candidate:1\\r\\na=fingerprint:x"}}')],
  ])('%j is nothing', (payload) => {
    expect(decodeSignal(payload)).toBeUndefined()
  })
})
