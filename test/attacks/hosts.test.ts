import { expect, test } from 'bun:test'
import { startProcess } from '../support/process.ts'
import { connectRaw, type RawConnection } from '../support/raw-http.ts'

/** Requests whose host is none, each in its own way. */
const heads = [
  'GET / HTTP/1.1\r\nHost: a/b',
  'GET / HTTP/1.1\r\nHost:',
  'GET / HTTP/1.1\r\nHost: a b',
  'GET / HTTP/1.1\r\nHost: ana@example.org',
  'GET / HTTP/1.1\r\nHost: [::1',
  'GET / HTTP/1.1\r\nHost: localhost:99999',
  'GET / HTTP/1.1\r\nHost: %zz',
  'GET / HTTP/1.1\r\nHost: 1.2.3.4.5',
  'GET / HTTP/1.1\r\nHost: \u00e9',
  'GET / HTTP/1.1\r\nHost: localhost\r\nHost: evil.example',
  'GET /live HTTP/1.1\r\nHost: a/b',
  'GET /assets/htmx.js HTTP/1.1\r\nHost: a?b',
  'CONNECT localhost:1 HTTP/1.1\r\nHost: localhost:1',
]

const ask = (raw: RawConnection, head: string) => raw.socket.write(`${head}\r\n\r\n`)
const statuses = (raw: RawConnection) =>
  [...raw.received().matchAll(/HTTP\/1\.1 (\d{3})/g)].map(([, status]) => Number(status))

test('a host that is none is 400, on every way, and no line of the log', async () => {
  await using house = await startProcess()
  const before = house.output()
  for (const head of heads) {
    const raw = await connectRaw(house.url)
    ask(raw, `${head}\r\nConnection: close`)
    await raw.closed
    expect({ head, statuses: statuses(raw) }).toEqual({ head, statuses: [400] })
    // Bun's own page would be 50 KB, with paths and lines of ours.
    expect(raw.received().length).toBeLessThan(2_000)
  }
  expect(house.output()).toBe(before)
  expect(house.errors()).toBe('')
})

test('and counts as any other request of its address', async () => {
  await using house = await startProcess({ TRUSTED_ADDRESSES: '', HTTP_REQUESTS_PER_SECOND: '1' })
  const raw = await connectRaw(house.url)
  for (let asked = 0; asked < 60; asked += 1) ask(raw, heads[asked % 2] ?? '')
  ask(raw, 'GET / HTTP/1.1\r\nHost: a/b\r\nConnection: close')
  await raw.closed
  const met = Object.groupBy(statuses(raw), String)
  expect(Object.keys(met)).toEqual(['400', '429'])
  // Five at once, and one for each second that this may take.
  expect(met['400']?.length).toBeLessThan(20)
  await house.printed('pedidos demais')
  const told = house.logged().filter((line) => line.includes('pedidos demais'))
  expect(told).toHaveLength(1)
})
