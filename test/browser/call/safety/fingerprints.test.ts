import { expect, test } from 'bun:test'
import { certificateOf } from '../../../../src/browser/call/safety/fingerprints.ts'

const ana = 'sha-256 AA:0A'
const mallory = 'sha-256 66:66'

const sdp = (...lines: string[]) => ['v=0', ...lines, ''].join('\r\n')
const line = (certificate: string) => `a=fingerprint:${certificate}`

test.each([
  ['for the whole session', sdp(line(ana))],
  ['for each medium', sdp('m=audio', line(ana), 'm=video', line(ana))],
  ['for the session and a medium', sdp(line(ana), 'm=audio', line(ana))],
  ['in small letters', sdp(line('sha-256 aa:0a'))],
  ['with lines that end in LF alone', sdp(line(ana)).replaceAll('\r', '')],
])('one certificate is read, named %s', (_, text) => {
  expect(certificateOf(text)).toBe(ana)
})

test.each([
  ['no certificate', sdp('m=audio')],
  ['two', sdp(line(mallory), line(ana))],
  ['two, at two levels', sdp(line(ana), 'm=audio', line(mallory))],
  ['another behind a lone CR', sdp(line(ana), `a=x:1\r${line(mallory)}`)],
  ['another behind U+2028', sdp(line(ana), `a=x:\u2028${line(mallory)}`)],
  ['another behind U+0085', sdp(line(ana), `a=x:\u0085${line(mallory)}`)],
  ['another behind a vertical tab', sdp(line(ana), `a=x:\v${line(mallory)}`)],
  ['another behind NUL', sdp(line(ana), `a=x:\0${line(mallory)}`)],
  ['another in capitals', sdp(line(ana), `a=FINGERPRINT:${mallory}`)],
  ['its own in capitals', sdp(line(ana), `a=FINGERPRINT:${ana}`)],
  ['another in capitals throughout', sdp(line(ana), `A=FINGERPRINT:${mallory}`)],
  ['another after a space', sdp(line(ana), ` ${line(mallory)}`)],
  ['another after an inner space', sdp(line(ana), `a= fingerprint:${mallory}`)],
  ['another after a tab', sdp(line(ana), `a=fingerprint:\t${mallory}`)],
  ['another with a word behind', sdp(line(ana), `${line(mallory)} x`)],
  ['another by another hash', sdp(line(ana), line('sha-1 66:66'))],
  ['its own by a weak hash', sdp(line('md5 AA:0A'))],
  ['half a byte', sdp(line('sha-256 AA:0'))],
  ['an assertion of identity', sdp(line(ana), 'a=identity:eyJpZHAiOnt9fQ==')],
  ['a last line without an end', sdp(line(ana)).trimEnd()],
  ['an empty line', sdp(line(ana), '', line(ana))],
])('a description with %s is refused', (_, text) => {
  expect(certificateOf(text)).toBeUndefined()
})
