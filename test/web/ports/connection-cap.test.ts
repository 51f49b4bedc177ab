import { describe, expect, test } from 'bun:test'
import { ConnectionCap, type ConnectionCapParts } from '../../../src/web/ports/connection-cap.ts'
import type { Accepted } from '../../../src/web/ports/open-sockets.ts'

/** A connection cap over sockets that are only numbers. `taken` others have the first descriptors. */
function capOf({
  taken = 10,
  ...parts
}: Partial<ConnectionCapParts['limits'] & ConnectionCapParts> & { taken?: number } = {}) {
  const { maxHttpConnections = 1_000, maxHttpConnectionsPerAddress = 3, ...others } = parts
  const open = new Map<number, Accepted>()
  const refused: string[] = []
  let time = 0
  let dialled = 0
  const isFree = (fd: number) => fd >= taken && !open.has(fd)
  const lowestFree = () => {
    for (let fd = taken; ; fd += 1) if (isFree(fd)) return fd
  }
  const cap = new ConnectionCap({
    sockets: {
      lowestFree: () => (lowestFree() >= (others.descriptors ?? 1e6) ? 1 / 0 : lowestFree()),
      end: () => 1 + Math.max(taken, ...open.keys()),
      acceptedOn: () => [...open.values()].sort((a, b) => a.fd - b.fd),
      shutDown: (fd) => open.delete(fd),
    },
    ports: () => [3000],
    limits: { maxHttpConnections, maxHttpConnectionsPerAddress },
    descriptors: Number.POSITIVE_INFINITY,
    isExempt: (ip) => ip.startsWith('127.'),
    refused: (ip) => refused.push(ip),
    ...others,
  })
  cap.stop()
  return {
    refused,
    open,
    dial: (ip: string, times = 1) =>
      Array.from({ length: times }, () => {
        const fd = lowestFree()
        open.set(fd, { fd, ip, port: 10_000 + ++dialled })
        return fd
      }),
    close: (fd: number) => open.delete(fd),
    look: () => {
      time += 1_000
      cap.look(time)
    },
    lookAtOnce: () => cap.look(time),
    from: (ip: string) => [...open.values()].filter((each) => each.ip === ip).length,
  }
}

describe('connections to the web from one address', () => {
  test('are as many as the limit; of more the newest are closed', () => {
    const cap = capOf()
    const early = cap.dial('203.0.113.9', 3)
    cap.look()
    expect(cap.refused).toEqual([])
    cap.dial('203.0.113.9', 5)
    cap.dial('203.0.113.10', 3)
    cap.look()
    expect(early.every((fd) => cap.open.has(fd))).toBe(true)
    expect([cap.from('203.0.113.9'), cap.from('203.0.113.10')]).toEqual([3, 3])
    expect(cap.refused).toEqual(Array(5).fill('203.0.113.9'))
  })

  test('of which one was closed leave room for one, also at an older one’s descriptor', () => {
    const cap = capOf()
    const [first = 0, second = 0, third = 0] = cap.dial('203.0.113.9', 3)
    cap.look()
    cap.close(first)
    const [again = 0, tooMany = 0] = cap.dial('203.0.113.9', 2)
    expect(again).toBe(first)
    cap.look()
    expect([...cap.open.keys()].sort((a, b) => a - b)).toEqual([again, second, third])
    expect(cap.open.has(tooMany)).toBe(false)
  })

  test('are one address’s, however many it has of an IPv6 network', () => {
    const cap = capOf()
    for (let each = 1; each <= 9; each += 1) cap.dial(`2001:db8::${each}`)
    cap.look()
    expect(cap.open.size).toBe(3)
  })

  test('that is trusted are not counted', () => {
    const cap = capOf()
    cap.dial('127.0.0.1', 50)
    cap.look()
    expect(cap.open.size).toBe(50)
    expect(cap.refused).toEqual([])
  })
})

describe('connections to the web in all', () => {
  test('are as many as the limit, trusted or not; the newest are closed', () => {
    const cap = capOf({ maxHttpConnections: 100 })
    const early = cap.dial('127.0.0.1', 90)
    cap.look()
    for (let each = 1; each <= 40; each += 1) cap.dial(`203.0.113.${each}`)
    cap.look()
    expect(cap.open.size).toBe(100)
    expect(early.every((fd) => cap.open.has(fd))).toBe(true)
    expect(cap.refused).toHaveLength(30)
  })

  test('leave a twentieth of all descriptors free, and then a tenth', () => {
    const cap = capOf({ taken: 600, descriptors: 1_000 })
    cap.dial('127.0.0.1', 340)
    cap.look()
    expect(cap.open.size).toBe(340)
    cap.dial('127.0.0.1', 30)
    cap.look()
    expect(cap.open.size).toBe(300)
  })

  test('give way where there is none left', () => {
    const cap = capOf({ taken: 600, descriptors: 1_000 })
    cap.dial('127.0.0.1', 400)
    cap.look()
    expect(cap.open.size).toBe(300)
    expect(cap.refused).toHaveLength(100)
  })

  test('all have to go where the others need everything', () => {
    const cap = capOf({ taken: 990, descriptors: 1_000 })
    cap.dial('127.0.0.1', 5)
    cap.look()
    expect(cap.open.size).toBe(0)
  })

  test('are counted at once where many come, and otherwise once a second', () => {
    const cap = capOf()
    cap.dial('203.0.113.9', 4)
    cap.look()
    expect(cap.refused).toHaveLength(1)
    cap.dial('203.0.113.9', 4)
    cap.lookAtOnce()
    expect(cap.refused).toHaveLength(1)
    cap.dial('203.0.113.9', 200)
    cap.lookAtOnce()
    expect(cap.refused).toHaveLength(205)
  })
})
