import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { verbs } from '../../src/wire/message.ts'
import { parseName } from '../../src/wire/name.ts'

const nfd = (text: string) => text.normalize('NFD')

describe('a name', () => {
  test.each([
    { why: 'one letter', word: 'a', name: 'a' },
    { why: 'spaces around it', word: ' \t ana \u00a0', name: 'ana' },
    { why: 'spaces inside', word: 'Ana  Maria', name: 'Ana  Maria' },
    { why: 'an ideographic space inside', word: '山田\u3000太郎', name: '山田\u3000太郎' },
    { why: 'a decomposed accent', word: nfd('José'), name: 'José' },
    { why: 'decomposed Hangul', word: nfd('한국'), name: '한국' },
    { why: 'an ångström sign', word: '\u212b', name: '\u00e5'.toUpperCase() },
    { why: 'punctuation', word: "O'Neil-Souza (3º) #1;", name: "O'Neil-Souza (3º) #1;" },
    { why: 'an asterisk inside', word: 'a*b*', name: 'a*b*' },
    { why: 'a full-width comma', word: 'a，b', name: 'a，b' },
    { why: 'markup', word: '<b>&amp;</b>', name: '<b>&amp;</b>' },
    { why: 'emoji', word: '🦊', name: '🦊' },
    { why: 'an emoji with joiners', word: '👩‍👩‍👧', name: '👩‍👩‍👧' },
    { why: 'an emoji with a selector and a joiner', word: '❤️‍🔥', name: '❤️‍🔥' },
    { why: 'skin tone and flag', word: '👍🏽🇧🇷', name: '👍🏽🇧🇷' },
    { why: 'a non-joiner inside a Persian word', word: 'می\u200cخواهم', name: 'می\u200cخواهم' },
    { why: 'Hebrew', word: 'שלום', name: 'שלום' },
    { why: 'digits alone', word: '5000', name: '5000' },
    { why: 'an address', word: '127.0.0.1', name: '127.0.0.1' },
    { why: 'a verb in capitals', word: 'LIST', name: 'LIST' },
    { why: 'a verb and more', word: 'list2', name: 'list2' },
    { why: '64 letters', word: 'x'.repeat(64), name: 'x'.repeat(64) },
    { why: '64 emoji', word: '🦊'.repeat(64), name: '🦊'.repeat(64) },
    { why: '64 letters once composed', word: nfd('é'.repeat(64)), name: 'é'.repeat(64) },
    { why: '64 letters once trimmed', word: ` ${'x'.repeat(64)} `, name: 'x'.repeat(64) },
  ])('may hold $why', ({ word, name }) => {
    expect(parseName(word)).toEqual({ ok: true, value: name })
  })

  test.each([
    { why: 'nothing', word: '' },
    { why: 'only spaces', word: ' \u00a0\u3000' },
    { why: '65 letters', word: 'x'.repeat(65) },
    { why: '65 emoji', word: '🦊'.repeat(65) },
    { why: 'a comma', word: 'a,b' },
    { why: 'an asterisk first', word: '*ana' },
    { why: 'an asterisk first once trimmed', word: ' *ana' },
    { why: 'NUL', word: 'a\0b' },
    { why: 'an escape sequence', word: 'a\x1b[31mb' },
    { why: 'a line feed', word: 'a\nb' },
    { why: 'a carriage return', word: 'a\rb' },
    { why: 'a tab inside', word: 'a\tb' },
    { why: 'DEL', word: 'a\x7fb' },
    { why: 'a C1 control', word: 'a\u009bb' },
    { why: 'a line separator', word: 'a\u2028b' },
    { why: 'a paragraph separator', word: 'a\u2029b' },
    { why: 'a lone surrogate', word: 'a\ud800b' },
    { why: 'a right-to-left override', word: 'a\u202eb' },
    { why: 'a right-to-left isolate', word: 'a\u2067b' },
    { why: 'a zero-width space', word: 'a\u200bb' },
    { why: 'a byte order mark inside', word: 'a\ufeffb' },
    { why: 'a soft hyphen', word: 'a\u00adb' },
    { why: 'a tag character', word: 'a\u{e0041}b' },
    { why: 'a joiner first', word: '\u200da' },
    { why: 'a joiner last', word: 'a\u200d' },
    { why: 'two joiners together', word: 'a\u200d\u200cb' },
    { why: 'a joiner beside a space', word: 'a \u200db' },
    { why: 'a joiner alone', word: '\u200c' },
    { why: 'a private-use character', word: 'a\ue000b' },
    { why: 'an unassigned character', word: 'a\u{e0fff}b' },
    { why: 'the word error', word: 'error' },
    { why: 'the word success', word: ' success ' },
  ])('may not be or hold $why', ({ word }) => {
    expect(parseName(word)).toEqual({ ok: false, error: 'bad-name' })
  })

  test.each([...verbs])('may not be the verb "%s"', (verb) => {
    expect(parseName(verb)).toEqual({ ok: false, error: 'bad-name' })
  })

  test.each([
    'register list details quit ping help watch auth',
    'ready call accept decline hangup signal resume call_request',
  ])('has these verbs to avoid: %s', (words) => {
    expect(verbs).toEqual(expect.arrayContaining(words.split(' ') as never[]))
  })

  test('is read back as itself, whatever it was read from', () => {
    const word = fc.string({ unit: 'binary', maxLength: 80 })
    fc.assert(
      fc.property(fc.oneof(word, fc.string({ unit: 'grapheme' })), (any) => {
        const name = parseName(any)
        if (!name.ok) return
        expect(parseName(name.value)).toEqual(name)
        expect(name.value).toBe(name.value.normalize('NFC').trim())
        expect([...name.value].length).toBeWithin(1, 65)
        expect(Buffer.from(name.value).toString()).toBe(name.value)
      }),
      { numRuns: 2_000 },
    )
  })
})
