import { describe, expect, test } from 'bun:test'
import { readdirSync, readFileSync } from 'node:fs'
import { feedingsOf, runConversation } from '../support/conversation.ts'

const folder = new URL('../conversations/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.txt'))
const read = (file: string) => readFileSync(new URL(file, folder), 'utf8')
/** Some say themselves that their messages must come in one piece. */
const divisible = files.filter((file) => feedingsOf(read(file)).length > 1)

describe('conversations', () => {
  test.each(files)('%s', async (file) => {
    await runConversation(read(file))
  })

  test('most of them may come in any pieces', () => {
    expect(divisible.length).toBeGreaterThan(files.length / 2)
  })

  test.each(divisible)(
    '%s, however its requests are cut up',
    async (file) => {
      const text = read(file)
      const feedings = feedingsOf(text).slice(1)
      // A few at a time: each has a registry of its own.
      for (let start = 0; start < feedings.length; start += 8) {
        const some = feedings.slice(start, start + 8)
        await Promise.all(some.map((feeding) => runConversation(text, { feeding })))
      }
    },
    60_000,
  )
})
