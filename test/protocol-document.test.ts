import { describe, expect, test } from 'bun:test'
import { existsSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { runConversation } from './support/conversation.ts'

const path = join(import.meta.dir, '..', 'PROTOCOL.md')
const document = existsSync(path) ? readFileSync(path, 'utf8') : undefined

/** The fenced blocks whose info string is `conversation`, each under the heading it stands below. */
function conversationsOf(markdown: string): { title: string; text: string }[] {
  const found: { title: string; text: string }[] = []
  let heading = ''
  for (const [, level, fence, info = '', text = ''] of markdown.matchAll(
    /^#{1,6} +([^\n]+)$|^(`{3,})([^\n`]*)\n(.*?)^\2 *$/gms,
  )) {
    if (fence === undefined) heading = level ?? ''
    else if (info.trim() === 'conversation')
      found.push({ title: `${heading} #${found.length + 1}`, text })
  }
  return found
}

describe('the conversations in PROTOCOL.md', () => {
  if (document === undefined) {
    test.skip('are there: no PROTOCOL.md yet', () => {})
    return
  }
  const conversations = conversationsOf(document)

  test('are there', () => {
    expect(conversations).not.toBeEmpty()
  })

  test.each(conversations)('happen as told: $title', async ({ text }) => {
    await runConversation(text)
  })
})

test('conversations are found by their info string alone', () => {
  const markdown = [
    '# One',
    '```',
    'no',
    '```',
    '## Two',
    '```conversation',
    '# a comment, no heading',
    'a> ping',
    '```',
    'text',
    '``` conversation ',
    'a< pong',
    '```',
  ].join('\n')
  expect(conversationsOf(`${markdown}\n`)).toEqual([
    { title: 'Two #1', text: '# a comment, no heading\na> ping\n' },
    { title: 'Two #2', text: 'a< pong\n' },
  ])
})
