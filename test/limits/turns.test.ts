import { describe, expect, test } from 'bun:test'
import { Turns } from '../../src/limits/turns.ts'
import { eventually } from '../support/eventually.ts'

/** Turns by a clock that only work moves on, a millisecond for each part. */
function timed() {
  let time = 0
  const done: string[] = []
  const turns = new Turns(() => time, 4)
  const work = (name: string, parts: number) => {
    let left = parts
    return () => {
      time += 1
      left -= 1
      done.push(name)
      return left === 0 ? true : undefined
    }
  }
  const everybodyElse = (milliseconds: number) => {
    time += milliseconds
  }
  return { turns, done, work, everybodyElse }
}

describe('turns', () => {
  test('begin at once where nobody waits', () => {
    const { turns, done, work } = timed()
    turns.add('a', work('a', 1))
    expect(done).toEqual(['a'])
    turns.stop()
  })

  test('end after their time, and go on after a rest of a quarter of it', async () => {
    const { turns, done, work, everybodyElse } = timed()
    for (let each = 0; each < 10; each += 1) turns.add('a', work(`${each}`, 1))
    expect(done).toHaveLength(4)
    everybodyElse(0.75)
    // The timer has come long before, and is set again.
    await Bun.sleep(20)
    expect(done).toHaveLength(4)
    everybodyElse(0.25)
    await eventually('another turn', () => done.length === 8)
    everybodyElse(1)
    await eventually('the rest', () => done.length === 10)
    turns.stop()
  })

  test('are taken key by key, so that little work waits for little', async () => {
    const { turns, done, work, everybodyElse } = timed()
    turns.add('much', work('much', 50))
    turns.add('much', work('more', 50))
    turns.add('little', work('little', 2))
    everybodyElse(100)
    await eventually('the little', () => done.filter((name) => name === 'little').length === 2)
    expect(done.length).toBeLessThan(10)
    expect(done).not.toContain('more')
    turns.stop()
  })

  test('give what comes of the work, also later, and what it throws', async () => {
    const { turns, work, everybodyElse } = timed()
    expect(turns.make('a', () => 'now')).toBe('now')
    turns.add('b', work('b', 9))
    const later = turns.make('a', () => 'later')
    const failing = turns.make('c', (): string => {
      throw new Error('a bug')
    })
    const failed = Promise.resolve(failing).catch((error: Error) => error.message)
    for (let turn = 0; turn < 9; turn += 1) {
      everybodyElse(10)
      await Bun.sleep(3)
    }
    expect(await later).toBe('later')
    expect(await failed).toBe('a bug')
    // Nobody else's work is lost by it.
    const after = turns.make('c', () => 'after')
    everybodyElse(10)
    expect(await after).toBe('after')
    turns.stop()
  })
})
