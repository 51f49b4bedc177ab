import { describe, expect, test } from 'bun:test'
import { chunkBytes } from '../../../../src/browser/call/files/file-message.ts'
import { createSendWindow } from '../../../../src/browser/call/files/send-window.ts'

/** A line with a queue before it, through which a file goes: what of its rate is used, and how long the queue is. */
function pass({ mbit, roundTripMs, delayMs }: Line) {
  const bytesPerMs = mbit * 125
  let now = 0
  let sent = 0
  let lineFreeAt = 0
  const flights: { upTo: number; at: number }[] = []
  const queues: number[] = []
  const window = createSendWindow(() => now)
  while (now < 30_000) {
    while (window.isOpen()) {
      sent += chunkBytes
      window.sent(sent)
      lineFreeAt = Math.max(lineFreeAt, now) + chunkBytes / bytesPerMs
      queues.push(lineFreeAt - now)
      const before = flights.at(-1)?.at ?? 0
      const at = lineFreeAt + roundTripMs + delayMs(flights.length + queues.length)
      flights.push({ upTo: sent, at: Math.max(before, at) })
    }
    const next = flights.shift()
    if (!next) throw new Error('nothing is under way, and nothing may go')
    now = Math.max(now, next.at)
    window.stored(next.upTo)
  }
  const settled = queues.slice(queues.length / 4).toSorted((a, b) => a - b)
  return { used: sent / (bytesPerMs * now), queueMs: settled[settled.length >> 1] ?? 0 }
}

type Line = { mbit: number; roundTripMs: number; delayMs: (count: number) => number }

const steady = () => 0
/** A machine that has other things to do: now and then a piece is dealt with much later. */
const busy = (count: number) => (count % 10 === 0 ? 400 : (count * 7) % 20)

/** A machine that has far more to do than it can: each piece waits, up to 600 ms. */
const starved = (count: number) => (count * 7_919) % 600

describe('a file', () => {
  test.each([
    { mbit: 1, roundTripMs: 30 },
    { mbit: 5, roundTripMs: 30 },
    { mbit: 20, roundTripMs: 2 },
    { mbit: 20, roundTripMs: 200 },
    { mbit: 100, roundTripMs: 30 },
  ])(
    'uses a line of $mbit Mbit/s with a round trip of $roundTripMs ms, and keeps its queue short',
    (line) => {
      const { used, queueMs } = pass({ ...line, delayMs: steady })
      expect(used).toBeGreaterThan(0.8)
      // Two pieces, or what the patience allows.
      const twoPieces = (2 * chunkBytes) / (line.mbit * 125)
      expect(queueMs).toBeLessThan(Math.max(150, twoPieces + 5))
    },
  )

  test('goes on at a good pace where a busy machine delays some pieces', () => {
    expect(pass({ mbit: 5, roundTripMs: 30, delayMs: busy }).used).toBeGreaterThan(0.4)
  })

  test('goes on where a machine has far more to do than it can', () => {
    expect(pass({ mbit: 20, roundTripMs: 2, delayMs: starved }).used).toBeGreaterThan(0.03)
  })

  test('goes on where the way becomes longer in the middle', () => {
    const longer = (count: number) => (count > 500 ? 400 : 0)
    expect(pass({ mbit: 20, roundTripMs: 20, delayMs: longer }).used).toBeGreaterThan(0.2)
  })
})
