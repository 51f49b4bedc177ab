import { expect, test } from 'bun:test'
import { type Agreed, keepingDtlsRole } from '../../../../src/browser/call/signalling/dtls-role.ts'

const sdpOf = (setup: string) => `v=0\r\nm=audio 9 RTP 0\r\na=setup:${setup}\r\na=mid:0\r\n`
const description = (type: RTCSdpType, setup: string) =>
  ({ type, sdp: sdpOf(setup) }) as RTCSessionDescription

const answered = (setup: string): Agreed => ({
  currentLocalDescription: description('answer', setup),
  currentRemoteDescription: description('offer', 'actpass'),
})
const wasAnswered = (setup: string): Agreed => ({
  currentLocalDescription: description('offer', 'actpass'),
  currentRemoteDescription: description('answer', setup),
})

test.each([
  { end: 'that answered as the active one', agreed: answered('active'), role: 'active' },
  { end: 'that answered as the passive one', agreed: answered('passive'), role: 'passive' },
  { end: 'whose offer the active one answered', agreed: wasAnswered('active'), role: 'passive' },
  { end: 'whose offer the passive one answered', agreed: wasAnswered('passive'), role: 'active' },
])('a later offer of the end $end says: $role', ({ agreed, role }) => {
  expect(keepingDtlsRole(sdpOf('actpass'), agreed)).toBe(sdpOf(role))
})

test('the first offer leaves the choice', () => {
  const nothing = { currentLocalDescription: null, currentRemoteDescription: null }
  expect(keepingDtlsRole(sdpOf('actpass'), nothing)).toBe(sdpOf('actpass'))
})
