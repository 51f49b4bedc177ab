import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Outbox } from '../../../src/wire/bytes/outbox.ts'

/** A socket that takes as many bytes of each write as told, and then none. */
function reluctantSocket(appetites: number[]) {
  const taken: Buffer[] = []
  return {
    get bytes() {
      return Buffer.concat(taken)
    },
    get text() {
      return this.bytes.toString()
    },
    write(bytes: string | Buffer): number {
      const all = Buffer.from(bytes as string)
      const appetite = appetites.shift() ?? 0
      if (appetite < 0) return -1
      taken.push(all.subarray(0, appetite))
      return Math.min(appetite, all.length)
    },
  }
}

describe('an outbox', () => {
  test('keeps what the socket did not take, and sends it first', () => {
    const socket = reluctantSocket([3, 0, 2, 100])
    const outbox = new Outbox(socket)
    outbox.send('ção')
    outbox.send('\nsim')
    expect({ text: socket.text, waiting: outbox.waiting }).toEqual({ text: 'ç\ufffd', waiting: 6 })
    expect([outbox.flush(), outbox.flush(), outbox.flush()]).toEqual([0, 2, 4])
    expect({ text: socket.text, waiting: outbox.waiting }).toEqual({ text: 'ção\nsim', waiting: 0 })
  })

  test('does not write past what waits', () => {
    const socket = reluctantSocket([0, 100])
    const outbox = new Outbox(socket)
    outbox.send('first')
    outbox.send('second')
    expect(socket.text).toBe('')
    outbox.flush()
    expect(socket.text).toBe('firstsecond')
  })

  test('keeps nothing for a socket that is closed', () => {
    const outbox = new Outbox(reluctantSocket([-1]))
    expect(outbox.lost).toBe(false)
    outbox.send('hello')
    expect({ waiting: outbox.waiting, lost: outbox.lost }).toEqual({ waiting: 0, lost: true })
  })

  test('forgets what waits when the socket turns out to be closed', () => {
    const outbox = new Outbox(reluctantSocket([2, -1]))
    outbox.send('hello')
    expect(outbox.waiting).toBe(3)
    expect(outbox.flush()).toBe(0)
    expect({ waiting: outbox.waiting, lost: outbox.lost }).toEqual({ waiting: 0, lost: true })
  })

  test('writes nothing for an empty text or an empty queue', () => {
    let writes = 0
    const outbox = new Outbox({
      write() {
        writes += 1
        return 0
      },
    })
    outbox.send('')
    expect(outbox.flush()).toBe(0)
    expect(writes).toBe(0)
  })

  test('hands on everything in order, whatever the socket takes at a time', () => {
    const action = fc.option(fc.string({ unit: 'grapheme', maxLength: 30 }), { nil: undefined })
    fc.assert(
      fc.property(
        fc.array(action, { maxLength: 40 }),
        fc.array(fc.nat(40), { maxLength: 60 }),
        (actions, appetites) => {
          const socket = reluctantSocket(appetites)
          const outbox = new Outbox(socket)
          let sent = ''
          for (const text of actions) {
            if (text === undefined) outbox.flush()
            else outbox.send(text)
            sent += text ?? ''
            expect(socket.bytes.length + outbox.waiting).toBe(Buffer.byteLength(sent))
          }
          appetites.splice(0, appetites.length, Buffer.byteLength(sent))
          outbox.flush()
          expect(socket.text).toBe(sent)
          expect(outbox.waiting).toBe(0)
        },
      ),
      { numRuns: 500 },
    )
  })

  test('sends a beginning of it and no more where the socket closes half-way', () => {
    fc.assert(
      fc.property(
        fc.array(fc.string({ minLength: 1, maxLength: 20 }), { maxLength: 20 }),
        fc.array(fc.nat(15), { maxLength: 20 }),
        (texts, appetites) => {
          const socket = reluctantSocket([...appetites, ...Array(99).fill(-1)])
          const outbox = new Outbox(socket)
          for (const text of texts) outbox.send(text)
          for (let times = 0; times < 21; times += 1) outbox.flush()
          expect(texts.join('').startsWith(socket.text)).toBeTrue()
          expect(outbox.waiting).toBe(0)
        },
      ),
    )
  })
})
