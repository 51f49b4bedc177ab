import { heapStats } from 'bun:jsc'
import { beforeAll, describe, expect, test } from 'bun:test'
import { Framer } from '../../src/wire/bytes/lines.ts'
import { maxLineBytes } from '../../src/wire/message.ts'
import { parseRequest } from '../../src/wire/request.ts'

const mebibyte = 1024 * 1024
const chunkBytes = 256 * 1024

function heldBytes(): number {
  Bun.gc(true)
  const { heapSize, extraMemorySize } = heapStats()
  return heapSize + extraMemorySize
}

/** A chunk as a flood brings it: many short requests, one registration, half a line. */
const flood = (name: string) =>
  Buffer.from(`${'ping\n'.repeat(chunkBytes / 5)}${name} da Silva,127.0.0.1,4000,5000\nli`)

function registeredNames(framer: Framer): string[] {
  const names: string[] = []
  for (let message = framer.next(); message; message = framer.next()) {
    const request = message.kind === 'text' ? parseRequest(message.text) : undefined
    if (request?.ok && request.value.verb === 'register') names.push(request.value.name)
  }
  return names
}

describe('memory', () => {
  let before = 0
  beforeAll(() => {
    before = heldBytes()
  })

  test('a connection that is quiet again holds nothing of the flood that it sent', () => {
    const framers = Array.from({ length: 100 }, (_, index) => {
      const framer = new Framer(maxLineBytes)
      framer.push(flood(`ana${index}`))
      expect(registeredNames(framer)).toHaveLength(1)
      return framer
    })
    expect(heldBytes() - before).toBeLessThan(4 * mebibyte)
    expect(framers).toHaveLength(100)
  })

  test('a name holds nothing of the block of bytes that it was cut from', () => {
    const names = Array.from({ length: 100 }, (_, index) => {
      const framer = new Framer(maxLineBytes)
      framer.push(flood(`ana${index}`))
      return registeredNames(framer)
    })
    expect(heldBytes() - before).toBeLessThan(4 * mebibyte)
    expect(names.flat()).toHaveLength(100)
  })

  test('a line without an end is given up, and what follows is not kept', () => {
    const framer = new Framer(maxLineBytes)
    for (let sent = 0; sent < 64 * mebibyte; sent += chunkBytes) {
      framer.push(Buffer.alloc(chunkBytes, 'x'))
      framer.next()
    }
    expect(heldBytes() - before).toBeLessThan(4 * mebibyte)
    expect(framer.next()).toBeUndefined()
  })
})
