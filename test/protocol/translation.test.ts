import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { retryOf, saysYes } from '../../scripts/protocol/codes.ts'
import {
  blocksOf,
  plain,
  type Row,
  slugOf,
  tablesOf,
  tableWith,
} from '../../scripts/protocol/document.ts'
import { protocolText, root } from '../../scripts/protocol.ts'

/** PROTOCOL.pt-BR.md is the same document in Portuguese. */

const translated = readFileSync(join(root, 'PROTOCOL.pt-BR.md'), 'utf8')

/** Only the comments of a conversation are translated; a block without a kind is a drawing. */
const untranslated = (markdown: string) =>
  blocksOf(markdown)
    .filter(({ info }) => info !== '')
    .map(({ info, text }) => `${info}\n${text.replace(/^# .*$/gm, '#')}`)

test('the conversations, the grammar and the signals are the same', () => {
  expect(untranslated(translated)).toEqual(untranslated(protocolText))
})

test('no comment of a conversation was forgotten', () => {
  const comments = (markdown: string) =>
    blocksOf(markdown).flatMap(({ info, text }) =>
      info === 'conversation' ? (text.match(/^# .*$/gm) ?? []) : [],
    )
  const english = new Set(comments(protocolText))
  expect(comments(translated).filter((comment) => english.has(comment))).toEqual([])
})

test('the headings stand at the same levels, and the tables have as many rows', () => {
  const levels = (markdown: string) => headingsOf(markdown).map(([level]) => level)
  expect(levels(translated)).toEqual(levels(protocolText))
  const rows = (markdown: string) => tablesOf(markdown).map(({ rows }) => rows.length)
  expect(rows(translated)).toEqual(rows(protocolText))
})

describe('the tables say the same', () => {
  const cells = (rows: Row[], ...columns: number[]) =>
    rows.map((row) => columns.map((column) => plain(row[column] ?? '')))
  /** Whether to try again, and after how long. */
  const again = (rows: Row[], column: number) =>
    rows.map((row) => retryOf(plain(row[column] ?? ''))).map(({ advice, ...rest }) => rest)

  const refusals = tableWith(
    protocolText,
    'code',
    'text',
    'meaning',
    'when',
    'closes?',
    'try again',
  )
  const recusas = tableWith(translated, 'código', 'texto', 'quando', 'fecha?', 'tentar de novo')

  test('of refusals', () => {
    expect(cells(recusas, 0, 1)).toEqual(cells(refusals, 0, 1))
    expect(again(recusas, 4)).toEqual(again(refusals, 5))
    const closes = (rows: Row[], column: number) => rows.map((row) => saysYes(row[column] ?? ''))
    expect(closes(recusas, 3)).toEqual(closes(refusals, 4))
  })

  test('of goodbyes and endings', () => {
    const byes = tableWith(protocolText, 'code', 'text', 'meaning', 'try again')
    const despedidas = tableWith(translated, 'código', 'texto', 'significado', 'tentar de novo')
    expect(cells(despedidas, 0, 1)).toEqual(cells(byes, 0, 1))
    expect(again(despedidas, 3)).toEqual(again(byes, 3))
    const endings = tableWith(protocolText, 'reason', 'meaning', 'may resume')
    const finais = tableWith(translated, 'motivo', 'significado', 'pode retomar')
    const may = (rows: Row[]) => rows.map(([reason, , may = '']) => [reason, saysYes(may)])
    expect(may(finais)).toEqual(may(endings))
  })

  test('and all of them the same numbers and settings', () => {
    const facts = (markdown: string) =>
      tablesOf(markdown).map(({ rows }) =>
        rows.map((row) => {
          const numbers = row.join(' ').match(/\d[\d,.]*\d|\d/g) ?? []
          // The English table of refusals says in a column of its own what the texts mean.
          return {
            numbers: new Set(numbers.map((number) => Number(number.replace(/[.,]/g, '')))),
            settings: row.join(' ').match(/`[A-Z_]{6,}`/g),
          }
        }),
      )
    expect(facts(translated)).toEqual(facts(protocolText))
  })
})

/** Every heading, with its level. */
function headingsOf(markdown: string): [level: number, heading: string][] {
  const withoutBlocks = markdown.replace(/^(`{3,}).*?^\1 *$/gms, '')
  return Array.from(withoutBlocks.matchAll(/^(#+) +(.+)$/gm), ([, signs = '', heading = '']) => [
    signs.length,
    heading,
  ])
}

describe.each([
  ['PROTOCOL.md', protocolText],
  ['PROTOCOL.pt-BR.md', translated],
])('%s', (name, markdown) => {
  test('links to what is there', () => {
    const anchors = new Set(headingsOf(markdown).map(([, heading]) => `#${slugOf(heading)}`))
    const links = Array.from(markdown.matchAll(/\]\(([^)]+)\)/g), ([, target = '']) => target)
    const dead = links.filter((link) =>
      link.startsWith('#') ? !anchors.has(link) : !existsSync(join(root, link)),
    )
    expect(dead).toEqual([])
    const other = name === 'PROTOCOL.md' ? 'PROTOCOL.pt-BR.md' : 'PROTOCOL.md'
    expect(links).toContain(other)
  })
})
