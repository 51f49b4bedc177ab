import { expect, test } from 'bun:test'
import { withoutTyping } from '../../bench/visits/camera.ts'

const moments = { askedAt: 1_000, loadedAt: 1_300, pressedAt: 5_300, liveAt: 5_700 }

test.each([
  { what: 'before the form is there', at: 1_100, shown: 100 },
  { what: 'while somebody types', at: 4_000, shown: 300 },
  { what: 'after the press', at: 5_500, shown: 500 },
])('a picture $what is shown after $shown ms', ({ at, shown }) => {
  const jpeg = Buffer.from('picture')
  expect(withoutTyping([{ at, jpeg }], moments)).toEqual([{ at: shown, jpeg }])
})

test('a film ends when the list is live', () => {
  const pictures = [5_700, 5_701].map((at) => ({ at, jpeg: Buffer.from('picture') }))
  expect(withoutTyping(pictures, moments).map(({ at }) => at)).toEqual([700])
})
