import { describe, expect, test } from 'bun:test'
import { Held, heaviestFirst } from '../../../src/registry/connection/held-bytes.ts'

const holder = (ip: string, weight: number) => ({ remote: { ip }, weight })

describe('who goes first', () => {
  const shown = (all: ReturnType<typeof holder>[]) =>
    [...heaviestFirst(all)].map(({ remote, weight }) => `${remote.ip} ${weight}`)

  test('is the heaviest of the address for which most is held', () => {
    const many = [5, 1, 5, 5].map((weight) => holder('10.0.0.1', weight))
    const one = holder('10.0.0.2', 9)
    expect(shown([one, ...many])).toEqual([
      '10.0.0.1 5',
      '10.0.0.1 5',
      '10.0.0.2 9',
      '10.0.0.1 5',
      '10.0.0.1 1',
    ])
  })

  test('takes a network of 64 bits for one address', () => {
    const network = [1, 2].map((each) => holder(`2001:db8::${each}`, 4))
    expect(shown([holder('10.0.0.2', 5), ...network])[0]).toStartWith('2001:db8::')
  })

  test('is never who holds nothing', () => {
    expect(shown([holder('10.0.0.1', 0)])).toEqual([])
  })
})

describe('the books', () => {
  test('ask for relief once, in a later turn, and not where it is too late', async () => {
    let asked = 0
    const held = new Held(10, () => {
      asked += 1
    })
    held.add(10)
    held.add(1)
    held.add(1)
    expect(asked).toBe(0)
    await new Promise(setImmediate)
    expect(asked).toBe(1)
    held.add(1)
    held.add(-9)
    await new Promise(setImmediate)
    expect({ asked, total: held.total }).toEqual({ asked: 1, total: 4 })
  })
})
