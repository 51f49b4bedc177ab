import { describe, expect, test } from 'bun:test'
import { Lock } from '../../../src/registry/entrance/lock.ts'

function lock({ code = true, waitSeconds = (): number => 0, maxWrong = 2, counted = true } = {}) {
  const tried: string[] = []
  const guesses = { wrong: 0 }
  const is = (right: string) => (secret: string) => {
    tried.push(`${right}=${secret}`)
    return secret === right
  }
  const subject = new Lock(
    {
      isKey: is('key'),
      isAccessCode: code ? is('code') : undefined,
      guesses: {
        waitSeconds,
        guessedWrong: () => {
          guesses.wrong += 1
        },
      },
      maxWrong,
    },
    counted ? '10.0.0.1' : undefined,
  )
  return { subject, tried, guesses }
}

describe('a lock', () => {
  test('is opened by the key and by the code, which are told apart', () => {
    const { subject, guesses } = lock()
    expect(subject.try('key')).toEqual({ ok: true, value: 'key' })
    expect(subject.try('code')).toEqual({ ok: true, value: 'code' })
    expect(guesses.wrong).toBe(0)
  })

  test('is opened by no code where there is none', () => {
    expect(lock({ code: false }).subject.try('code')).toEqual({ ok: false, error: 'bad-secret' })
  })

  test('compares with both, whatever the first says', () => {
    const { subject, tried } = lock()
    subject.try('key')
    expect(tried).toEqual(['key=key', 'code=key'])
  })

  test('takes so many wrong ones, and after them not even the right one', () => {
    const { subject, tried, guesses } = lock()
    expect(subject.try('a')).toEqual({ ok: false, error: 'bad-secret' })
    expect(subject.try('key').ok).toBeTrue()
    expect(subject.try('b')).toEqual({ ok: false, error: 'bad-secret' })
    const compared = tried.length
    expect(subject.try('key')).toEqual({ ok: false, error: 'too-many-attempts' })
    expect(tried).toHaveLength(compared)
    expect(guesses.wrong).toBe(2)
  })

  test('compares nothing where the address may not guess any more', () => {
    const { subject, tried } = lock({ waitSeconds: () => 1 })
    expect(subject.try('key')).toEqual({ ok: false, error: 'too-many-attempts' })
    expect(tried).toEqual([])
  })

  test('asks nothing of this process itself', () => {
    const { subject, guesses } = lock({ waitSeconds: () => 1, counted: false })
    expect(subject.try('wrong')).toEqual({ ok: false, error: 'bad-secret' })
    expect(subject.try('key').ok).toBeTrue()
    expect(guesses.wrong).toBe(0)
  })
})
