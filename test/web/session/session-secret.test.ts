import { afterEach, beforeEach, describe, expect, test } from 'bun:test'
import { chmodSync, mkdtempSync, rmSync, statSync, writeFileSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { keptSessionSecret } from '../../../src/web/session/session-secret.ts'

let directory = ''
beforeEach(() => {
  directory = mkdtempSync(join(tmpdir(), 'encontro-'))
})
afterEach(() => rmSync(directory, { recursive: true }))

const modeOf = (path: string) => statSync(path).mode & 0o777

describe('the secret of the cookies', () => {
  test('is made at the first start, and is the same at the next', async () => {
    const first = await keptSessionSecret(directory)
    expect(first).toMatch(/^[\w-]{43}$/)
    expect(await keptSessionSecret(directory)).toBe(first)
  })

  test('is another in another directory', async () => {
    const one = await keptSessionSecret(join(directory, 'a'))
    expect(await keptSessionSecret(join(directory, 'b'))).not.toBe(one)
  })

  test('is readable by the operator alone, its directory too', async () => {
    await keptSessionSecret(join(directory, 'new', 'state'))
    expect(modeOf(join(directory, 'new', 'state'))).toBe(0o700)
    expect(modeOf(join(directory, 'new', 'state', 'session-secret'))).toBe(0o600)
  })

  test('of the operator’s own is kept, with or without a newline', async () => {
    const own = 'the operator chose this, 40 characters!!'
    for (const text of [own, `${own}\n`]) {
      writeFileSync(join(directory, 'session-secret'), text)
      expect(await keptSessionSecret(directory)).toBe(own)
    }
  })

  test.each([
    { what: 'nothing', text: '' },
    { what: 'an empty line', text: '\n' },
    { what: 'a short one', text: 'short' },
    { what: 'spaces', text: ' '.repeat(40) },
  ])('is made anew in place of $what, and kept from others', async ({ text }) => {
    const path = join(directory, 'session-secret')
    writeFileSync(path, text)
    chmodSync(path, 0o644)
    const secret = await keptSessionSecret(directory)
    expect(secret).toHaveLength(43)
    expect(modeOf(path)).toBe(0o600)
    expect(await keptSessionSecret(directory)).toBe(secret)
  })

  test('that cannot be kept is an error, not a secret that is lost', async () => {
    writeFileSync(join(directory, 'file'), '')
    await expect(keptSessionSecret(join(directory, 'file', 'state'))).rejects.toThrow('ENOTDIR')
  })
})
