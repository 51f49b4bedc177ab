import { expect, test } from 'bun:test'
import { SilenceWatch } from '../../../../src/browser/call/connection/silence-watch.ts'

/** In which of so many silent seconds another way is looked for. */
function looksIn(seconds: boolean[]): number[] {
  const looks: number[] = []
  let second = 0
  const watch = new SilenceWatch(() => looks.push(second))
  for (const isSilent of seconds) {
    second += 1
    watch.look(isSilent)
  }
  return looks
}

const silent = (seconds: number) => Array<boolean>(seconds).fill(true)

test('another way is looked for after five silent seconds, then each time after twice as many', () => {
  expect(looksIn(silent(200))).toEqual([5, 15, 35, 75, 115, 155, 195])
})

test('whatever comes in between begins the count anew', () => {
  expect(looksIn([...silent(4), false, ...silent(4), false, ...silent(4)])).toEqual([])
  expect(looksIn([...silent(4), false, ...silent(5)])).toEqual([10])
})
