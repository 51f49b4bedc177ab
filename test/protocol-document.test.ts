import { describe, expect, test } from 'bun:test'
import { conversationsOf } from '../scripts/protocol/document.ts'
import { protocolText } from '../scripts/protocol.ts'
import { runConversation } from './support/conversation.ts'

describe('the conversations in PROTOCOL.md', () => {
  const conversations = conversationsOf(protocolText).map(({ section, text }, index) => ({
    title: `${section} #${index + 1}`,
    text,
  }))

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
    { section: 'Two', info: 'conversation', text: '# a comment, no heading\na> ping\n' },
    { section: 'Two', info: 'conversation', text: 'a< pong\n' },
  ])
})
