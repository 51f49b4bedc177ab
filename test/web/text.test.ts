import { describe, expect, test } from 'bun:test'
import { join } from 'node:path'
import { en } from '../../src/text/en.ts'
import { isLanguage, languages, operatorTexts } from '../../src/text/languages.ts'
import { pt } from '../../src/text/pt.ts'
import { problemOf, statusOf } from '../../src/web/pages/problems.ts'
import type { RefusalCode } from '../../src/wire/message.ts'
import { refusalText } from '../../src/wire/refusal.ts'

const codes = Object.keys(refusalText) as RefusalCode[]

/** More than one word; numbers and their units are none. */
const sentence = /\p{L}{2}.*\s|\s.*\p{L}{2}/u

/** Every text of a language with its name; functions are called with what stands out. */
function texts(of: object, path = ''): [string, string][] {
  return Object.entries(of).flatMap(([key, value]): [string, string][] => {
    const name = path + key
    if (typeof value === 'function') return [[name, value(42, 4711)]]
    return typeof value === 'object' ? texts(value, `${name}.`) : [[name, value]]
  })
}

describe.each(Object.entries(languages))('the texts in %s', (_, language) => {
  test('are all there and say something', () => {
    const empty = texts(language).filter(([, text]) => text.trim() === '')
    expect(empty).toEqual([])
    expect(texts(language).map(([name]) => name)).toEqual(texts(pt).map(([name]) => name))
  })

  test('repeat what they are told', () => {
    const told = Object.entries(language).filter(([, value]) => typeof value === 'function')
    const silent = told.filter(
      ([, say]) => !(say as (a: unknown, b: unknown) => string)(42, 4711).includes('42'),
    )
    expect(silent).toEqual([])
  })

  test('are not left in another language', () => {
    if (language === pt) return
    // A single word may be the same everywhere.
    const untranslated = texts(language).filter(
      ([name, text]) => sentence.test(text) && texts(pt).some(([n, t]) => n === name && t === text),
    )
    expect(untranslated).toEqual([])
  })

  test('count one person as one', () => {
    expect(language.people(1)).toStartWith('1 pe')
    expect(language.people(1)).not.toBe(language.people(2).replace('2', '1'))
    expect(language.people(1234)).toMatch(/^1[.,]234 /)
  })

  test.each(codes)('have words for the refusal %s', (code) => {
    const { field, text } = problemOf(language, code)
    expect(text).not.toBe('')
    expect(['name', 'callPort', 'form']).toContain(field)
    expect(statusOf(code)).toBeWithin(400, 600)
  })

  test('have words for no refusal that there is not', () => {
    expect(Object.keys(language.refusals).sort()).toEqual([...codes].sort())
  })
})

test('the words of the operator’s page are all there, in both languages', () => {
  const [ours, theirs] = [texts(operatorTexts.pt), texts(operatorTexts.en)]
  expect(theirs.map(([name]) => name)).toEqual(ours.map(([name]) => name))
  expect([...ours, ...theirs].filter(([, text]) => text.trim() === '')).toEqual([])
  const same = theirs.filter(([, text], at) => sentence.test(text) && ours[at]?.[1] === text)
  expect(same).toEqual([])
})

test.each([
  { code: 'bad-name', field: 'name', status: 422 },
  { code: 'already-registered', field: 'name', status: 409 },
  { code: 'bad-port', field: 'callPort', status: 422 },
  { code: 'call-port-taken', field: 'callPort', status: 409 },
  { code: 'server-port', field: 'callPort', status: 422 },
  { code: 'same-port', field: 'callPort', status: 422 },
  { code: 'too-many-connections', field: 'form', status: 503 },
  { code: 'unknown-user', field: 'form', status: 404 },
] as const)('the refusal $code is shown at $field, with status $status', (row) => {
  expect(problemOf(en, row.code).field).toBe(row.field)
  expect(statusOf(row.code)).toBe(row.status)
})

test.each([
  ['pt', true],
  ['en', true],
  ['fr', false],
  ['', false],
  ['PT', false],
  ['constructor', false],
])('“%s” is a language: %p', (word, is) => {
  expect(isLanguage(word)).toBe(is)
})

test('no code of ours knows a refusal, a reply or a goodbye by its prose', async () => {
  const root = join(import.meta.dir, '..', '..')
  // Where the words are written, and the log that quotes them as its own.
  const writers = /^src\/(wire\/(refusal|reply)|text\/[\w-]+|log\/lines-pt)\.ts$/
  const prose = [
    ...codes.map((code) => refusalText[code]('')),
    'Registrado com sucesso',
    'Conexão encerrada',
    'Falha ao registrar',
  ]
  const guilty: string[] = []
  for await (const path of new Bun.Glob('{src,views}/**/*.{ts,tsx}').scan(root)) {
    if (writers.test(path)) continue
    const source = await Bun.file(join(root, path)).text()
    // A comment may quote.
    const code = source.replace(/\/\*[\s\S]*?\*\/|\/\/.*/g, '')
    if (prose.some((words) => code.includes(words))) guilty.push(path)
  }
  expect(guilty).toEqual([])
})
