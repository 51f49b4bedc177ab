import { afterAll, beforeAll, describe, expect, test } from 'bun:test'
import { GlobalRegistrator } from '@happy-dom/global-registrator'
import { callTitle } from '../../../../src/browser/call/adding/names.ts'
import { ringText, showRing } from '../../../../src/browser/call/adding/ring.ts'
import { type Language, languages } from '../../../../src/text/languages.ts'

const people = ['Ana', 'Bia', 'Cris', 'Davi', 'Eva', 'Fê'].map((name) => ({
  name,
  ip: '192.0.2.1',
}))
const [ana = { name: '', ip: '' }, ...rest] = people
const others = (count: number) => rest.slice(0, count)

beforeAll(() => GlobalRegistrator.register())
afterAll(() => GlobalRegistrator.unregister())

/** The page in that language, and its words. */
function speak(language: Language) {
  document.documentElement.lang = languages[language].language
  document.body.innerHTML = '<h2 id="call-ringing-title"></h2><p id="call-ringing-addresses"></p>'
  return languages[language].call
}

const read = (id: string) => document.getElementById(id)?.textContent

describe('the title of a call', () => {
  test.each([
    [1, 'Chamada com Bia', 'Call with Bia'],
    [2, 'Chamada com Bia e Cris', 'Call with Bia and Cris'],
    [3, 'Chamada com Bia, Cris e Davi', 'Call with Bia, Cris, and Davi'],
    [4, 'Chamada com Bia, Cris e mais 2', 'Call with Bia, Cris, and 2 more'],
    [5, 'Chamada com Bia, Cris e mais 3', 'Call with Bia, Cris, and 3 more'],
  ] as const)('with %i others', (count, pt, en) => {
    const names = others(count).map(({ name }) => name)
    expect(callTitle(speak('pt'))(names)).toBe(pt)
    expect(callTitle(speak('en'))(names)).toBe(en)
  })
})

describe('a call that rings', () => {
  test('is of one person, as ever', () => {
    const t = speak('pt')
    showRing(t, { person: ana })
    expect(read('call-ringing-title')).toBe('Ana está ligando')
    expect(read('call-ringing-addresses')).toContain('essa pessoa recebe')
  })

  test.each([
    [0, 'Ana convida você para uma chamada', 'Ana invites you into a call'],
    [1, 'Ana convida você para uma chamada com Bia', 'Ana invites you into a call with Bia'],
    [
      2,
      'Ana convida você para uma chamada com Bia e Cris',
      'Ana invites you into a call with Bia and Cris',
    ],
    [
      5,
      'Ana convida você para uma chamada com Bia, Cris e mais 3',
      'Ana invites you into a call with Bia, Cris, and 3 more',
    ],
  ] as const)('is an invitation that names the %i others', (count, pt, en) => {
    for (const [language, words] of [
      ['pt', pt],
      ['en', en],
    ] as const) {
      const t = speak(language)
      showRing(t, { person: ana, others: others(count) })
      expect(read('call-ringing-title')).toBe(words)
      expect(ringText(t, { person: ana, others: others(count) })).toBe(words)
    }
    expect(read('call-ringing-addresses')).toContain('everybody in that call')
  })

  test('keeps each name apart from the words, also where it is written from right to left', () => {
    const t = speak('pt')
    const david = { name: 'דוד 2', ip: '192.0.2.2' }
    const marked = { name: '\u{F0001}Bia', ip: '192.0.2.3' }
    showRing(t, { person: david, others: [marked, ana] })
    const names = [...document.querySelectorAll('#call-ringing-title bdi')]
    expect(names.map(({ textContent }) => textContent)).toEqual(['דוד 2', '\u{F0001}Bia', 'Ana'])
    expect(ringText(t, { person: david, others: [ana] })).toStartWith('\u2068דוד 2\u2069 convida')
  })

  test('is shown anew where it is another one', () => {
    const t = speak('pt')
    showRing(t, { person: ana, others: others(1) })
    showRing(t, { person: ana })
    expect(read('call-ringing-title')).toBe('Ana está ligando')
    expect(read('call-ringing-addresses')).toContain('essa pessoa recebe')
  })
})
