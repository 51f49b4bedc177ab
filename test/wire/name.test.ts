import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { verbs } from '../../src/wire/message.ts'
import { parseName } from '../../src/wire/name.ts'

const nfd = (text: string) => text.normalize('NFD')

describe('a name', () => {
  test.each([
    { why: 'one letter', word: 'a', name: 'a' },
    { why: 'spaces around it', word: ' \t ana \u00a0', name: 'ana' },
    { why: 'a space inside', word: 'Ana Maria', name: 'Ana Maria' },
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
    { why: 'a non-joiner after a marked letter', word: 'کُ\u200cن', name: 'کُ\u200cن' },
    { why: 'Arabic with vowel signs', word: 'مُحَمَّد علي', name: 'مُحَمَّد علي' },
    { why: 'Hebrew', word: 'שלום', name: 'שלום' },
    { why: 'Hebrew with points and accents', word: 'בְּרֵאשִׁ֖ית', name: 'בְּרֵאשִׁ֖ית'.normalize('NFC') },
    { why: 'Hindi', word: 'प्रिया शर्मा', name: 'प्रिया शर्मा' },
    { why: 'a half letter of Hindi', word: 'क्\u200dष', name: 'क्\u200dष' },
    { why: 'a virama that joins nothing', word: 'क्\u200cष', name: 'क्\u200cष' },
    { why: 'Sinhala', word: 'ශ්\u200dරී', name: 'ශ්\u200dරී' },
    { why: 'Bengali with a joined ya', word: 'র\u200d্যাব', name: 'র\u200d্যাব' },
    { why: 'a chillu of old Malayalam at the end', word: 'മോഹന്\u200d', name: 'മോഹന്\u200d' },
    { why: 'Thai', word: 'สมชาย น้ำทิพย์', name: 'สมชาย น้ำทิพย์' },
    { why: 'Burmese', word: 'ကြွော်', name: 'ကြွော်' },
    { why: 'Tibetan', word: 'བསྒྲུབས', name: 'བསྒྲུབས' },
    { why: 'Korean', word: '김민준', name: '김민준' },
    { why: 'Korean letters alone', word: 'ㅎㅅㅎ', name: 'ㅎㅅㅎ' },
    { why: 'conjoining Korean letters of old', word: '\u1112\u119e', name: '\u1112\u119e' },
    { why: 'Mongolian with a selector', word: 'ᠴᠢᠩᠭᠢᠰ\u180b', name: 'ᠴᠢᠩᠭᠢᠰ\u180b' },
    { why: 'Vietnamese', word: nfd('Nguyễn Thị Hồng'), name: 'Nguyễn Thị Hồng' },
    { why: 'a flag of tags', word: '🏴󠁧󠁢󠁥󠁮󠁧󠁿', name: '🏴󠁧󠁢󠁥󠁮󠁧󠁿' },
    { why: 'keycaps', word: '1️⃣#️⃣', name: '1️⃣#️⃣' },
    { why: 'a flag with a joiner', word: '🏳️‍🌈', name: '🏳️‍🌈' },
    { why: 'a family with skin tones', word: '👩🏽‍🤝‍👨🏿', name: '👩🏽‍🤝‍👨🏿' },
    { why: 'many families', word: '👩‍👩‍👧'.repeat(12), name: '👩‍👩‍👧'.repeat(12) },
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
    { why: 'a joiner between Latin letters', word: 'An\u200da' },
    { why: 'a non-joiner between Latin letters', word: 'An\u200ca' },
    { why: 'a joiner between two pictures that it does not join', word: '🦊\u200d🦊' },
    { why: 'a non-joiner after the last Persian letter', word: 'می\u200c' },
    { why: 'a joiner in an Arabic word', word: 'عل\u200dي' },
    { why: 'a non-joiner last after a virama', word: 'क्\u200c' },
    { why: 'a combining grapheme joiner', word: 'Ana\u034f' },
    { why: 'a Hangul filler alone', word: '\u3164' },
    { why: 'a half-width Hangul filler', word: 'ana\uffa0' },
    { why: 'the fillers of old Korean', word: '\u115f\u1160' },
    { why: 'an inherent vowel of Khmer', word: 'ក\u17b4' },
    { why: 'a braille pattern without dots', word: '\u2800' },
    { why: 'a null notehead', word: '\u{1d159}' },
    { why: 'a Khitan filler', word: 'ana\u{16fe4}' },
    { why: 'the place of an object', word: 'ana\ufffc' },
    { why: 'a selector after a letter', word: 'Ana\ufe0f' },
    { why: 'a selector after a digit without its keycap', word: '1\ufe0f' },
    { why: 'a selector that the emoji does not need', word: '😀\ufe0f' },
    { why: 'a selector of Chinese characters', word: '葛\u{e0100}' },
    { why: 'tags that are no flag', word: '🏴\u{e0067}\u{e007f}' },
    { why: 'a variation selector of Mongolian elsewhere', word: 'ana\u180b' },
    { why: 'two spaces together', word: 'Ana  Maria' },
    { why: 'two spaces together beside an accent', word: 'José  Maria' },
    { why: 'a wide space beside another', word: '山田\u3000 太郎' },
    { why: 'a no-break space', word: 'Ana\u00a0Maria' },
    { why: 'a space as thin as a hair', word: 'An\u200aa' },
    { why: 'a mark first', word: '\u0301ana' },
    { why: 'a mark after a space', word: 'ana \u0301' },
    { why: 'a mark alone', word: '\u20dd' },
    { why: 'five marks on one letter', word: 'x\u0323\u0324\u0325\u0326\u0327' },
    { why: 'marks by the dozen', word: `x${'\u0300\u0316'.repeat(30)}` },
    { why: 'the same mark twice', word: 'x\u0300\u0300' },
    { why: 'flags, and then something invisible', word: `${'🇧🇷'.repeat(31)}\u034f` },
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

  test('holds nothing that Unicode calls ignorable, on Latin letters', () => {
    const ignorable = /\p{Default_Ignorable_Code_Point}/u
    const held: string[] = []
    let tried = 0
    for (let code = 0; code <= 0x10ffff; code += 1) {
      const character = String.fromCodePoint(code)
      if (!ignorable.test(character)) continue
      tried += 1
      const words = [character, `Ana${character}`, `An${character}a`, `João${character}`]
      if (words.some((word) => parseName(word.trim() === word ? word : `a${word}a`).ok)) {
        held.push(`U+${code.toString(16)}`)
      }
    }
    expect(tried).toBeGreaterThan(4_000)
    expect(held).toEqual([])
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
