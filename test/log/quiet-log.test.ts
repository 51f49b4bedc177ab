import { expect, test } from 'bun:test'
import type { LogEntry } from '../../src/log/log.ts'
import { createQuietLog } from '../../src/log/quiet-log.ts'

test('of a flood of refusals the log tells some, and counts the others', () => {
  const clock = { time: 0 }
  const told: LogEntry[] = []
  const { log, tellOmitted } = createQuietLog(
    (entry) => told.push(entry),
    () => clock.time,
  )
  for (let each = 0; each < 1_000; each += 1) log({ event: 'request.refused', text: 'não' })
  tellOmitted()
  expect(told).toHaveLength(200)
  log({ event: 'client.left', name: 'ana', ip: '10.0.0.1', port: 1 })
  expect(told).toHaveLength(201)
  clock.time = 1_000
  tellOmitted()
  expect(told.at(-1)).toEqual({ event: 'refusals.omitted', count: 800 })
  tellOmitted()
  log({ event: 'request.refused', text: 'não' })
  expect(told).toHaveLength(203)
})
