import { describe, expect, test } from 'bun:test'
import { readdirSync } from 'node:fs'
import { feedingsOf, runConversation } from '../support/conversation.ts'

const folder = new URL('../conversations/', import.meta.url)
const files = readdirSync(folder).filter((file) => file.endsWith('.txt'))
const read = (file: string) => Bun.file(new URL(file, folder)).text()

describe('conversations', () => {
  test.each(files)('%s', async (file) => {
    await runConversation(await read(file))
  })

  test.each(files)(
    '%s, however its requests are cut up',
    async (file) => {
      const text = await read(file)
      const feedings = feedingsOf(text).slice(1)
      // A few at a time: each has a registry of its own.
      while (feedings.length > 0) {
        const some = feedings.splice(0, 8)
        await Promise.all(some.map((feeding) => runConversation(text, { feeding })))
      }
      expect(feedings).toBeEmpty()
    },
    60_000,
  )
})
