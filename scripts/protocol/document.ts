/** What stands in PROTOCOL.md, or in its translation: conversations, tables and the grammar. */

export type Block = { section: string; info: string; text: string }
export type Row = readonly string[]
export type Table = { section: string; head: Row; rows: Row[] }

const fences = /^#{1,6} +([^\n]+)$|^(`{3,})([^\n`]*)\n(.*?)^\2 *$/gms

/** All fenced blocks, each with the heading that it stands below. */
export function blocksOf(markdown: string): Block[] {
  const found: Block[] = []
  let section = ''
  for (const [, heading, fence, info = '', text = ''] of markdown.matchAll(fences)) {
    if (fence === undefined) section = heading ?? ''
    else found.push({ section, info: info.trim(), text })
  }
  return found
}

/** The fenced blocks whose info string is `conversation`. */
export const conversationsOf = (markdown: string): Block[] =>
  blocksOf(markdown).filter(({ info }) => info === 'conversation')

/** The one block of the grammar. */
export function grammarOf(markdown: string): string {
  const [grammar, another] = blocksOf(markdown).filter(({ info }) => info === 'abnf')
  if (!grammar || another) throw new Error('PROTOCOL.md needs one block of ABNF')
  return grammar.text
}

export function tablesOf(markdown: string): Table[] {
  const found: Table[] = []
  let section = ''
  let table: Table | undefined
  for (const line of withoutBlocks(markdown).split('\n')) {
    const [, heading] = /^#{1,6} +(.+)$/.exec(line) ?? []
    if (heading !== undefined) section = heading
    if (!line.startsWith('|')) {
      table = undefined
      continue
    }
    const cells = line
      .slice(1, -1)
      .split('|')
      .map((cell) => cell.trim())
    if (table) table.rows.push(cells)
    else {
      table = { section, head: cells, rows: [] }
      found.push(table)
    }
  }
  // The second line of each table is its rule.
  return found.map((each) => ({ ...each, rows: each.rows.slice(1) }))
}

const withoutBlocks = (markdown: string) => markdown.replace(/^(`{3,}).*?^\1 *$/gms, '')

/** The table with this head. */
export function tableWith(markdown: string, ...head: string[]): Row[] {
  const table = tablesOf(markdown).find((each) => Bun.deepEquals(each.head, head))
  if (!table) throw new Error(`no table with the columns ${head.join(', ')}`)
  return table.rows
}

/** The words of a cell, without the signs of Markdown. */
export const plain = (cell: string): string =>
  cell.replace(/\[(`[^`]*`|[^\]]*)\]\([^)]*\)/g, '$1').replaceAll('`', '')

/** The anchor that a heading has on a page of GitHub. */
export const slugOf = (heading: string): string =>
  heading
    .toLowerCase()
    .replace(/[^\p{L}\p{N} -]/gu, '')
    .replaceAll(' ', '-')
