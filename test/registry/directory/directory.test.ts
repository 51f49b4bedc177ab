import { beforeEach, describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { type Change, Directory } from '../../../src/registry/directory/directory.ts'
import type { Registration } from '../../../src/registry/directory/registration.ts'

type Entry = Omit<Registration, 'since'>

const entry = (name: string, ip: string, callPort: number): Entry => ({
  name,
  ip,
  port: 4000,
  callPort,
})

/** What a directory promises, in the plainest words: a list that is searched from the front. */
class Model {
  entries: Registration[] = []

  find(name: string, ip?: string) {
    return this.entries.find((each) => each.name === name && (ip === undefined || each.ip === ip))
  }

  conflict({ name, ip, callPort }: Entry) {
    const first = this.entries.find(
      (each) => each.ip === ip && (each.name === name || each.callPort === callPort),
    )
    if (!first) return undefined
    return first.name === name ? 'already-registered' : 'call-port-taken'
  }
}

describe('a directory', () => {
  let directory: Directory
  let changes: Change[]
  let time: number

  beforeEach(() => {
    time = 1_000
    directory = new Directory({ now: () => time })
    changes = []
    directory.subscribe((change) => changes.push(change))
  })

  function register(name: string, ip: string, callPort: number): Registration {
    const registered = directory.register(entry(name, ip, callPort))
    if (!registered.ok) throw new Error(`${name} was refused: ${registered.error}`)
    return registered.value
  }

  test('is empty at first', () => {
    expect(directory.names).toBe('')
    expect(directory.all()).toEqual([])
    expect(directory.size).toBe(0)
    expect(directory.find('ana')).toBeUndefined()
  })

  test('says since when somebody is registered', () => {
    expect(register('ana', '10.0.0.1', 5000).since).toBe(1_000)
    time = 2_000
    expect(register('bia', '10.0.0.1', 5001).since).toBe(2_000)
  })

  test('tells who asked to be told of each change, once, in order, until it is asked no more', () => {
    const late: string[] = []
    const ana = register('ana', '10.0.0.1', 5000)
    const forget = directory.subscribe(({ kind }) => late.push(kind))
    directory.register(entry('ana', '10.0.0.1', 5001))
    directory.unregister(ana)
    forget()
    const bia = register('bia', '10.0.0.1', 5000)
    expect(late).toEqual(['left'])
    expect(changes).toEqual([
      { kind: 'joined', registration: ana },
      { kind: 'left', registration: ana },
      { kind: 'joined', registration: bia },
    ])
  })

  test('is changed already when it tells of a change', () => {
    const seen: string[] = []
    directory.subscribe(() => seen.push(directory.names))
    directory.unregister(register('ana', '10.0.0.1', 5000))
    expect(seen).toEqual(['ana', ''])
  })

  test('takes out an entry once, and never its successor', () => {
    const first = register('ana', '10.0.0.1', 5000)
    directory.unregister(first)
    register('ana', '10.0.0.1', 5000)
    directory.unregister(first)
    expect(directory.names).toBe('ana')
    expect(directory.find('ana', '10.0.0.1')).toBeDefined()
    expect(directory.conflict(entry('bia', '10.0.0.1', 5000))).toBe('call-port-taken')
    expect(changes).toHaveLength(3)
  })

  test('gives out a list of its own: what is done to it changes nothing', () => {
    register('ana', '10.0.0.1', 5000)
    directory.all().pop()
    expect(directory.all()).toHaveLength(1)
  })

  test('does not take one pair for another that looks alike when joined', () => {
    register('ana', '10.0.0.1', 11)
    expect(directory.conflict(entry('bia', '10.0.0.11', 1))).toBeUndefined()
    expect(directory.find('ana', '10.0.0.11')).toBeUndefined()
  })

  test('does what a plain list does', () => {
    const someEntry = fc.record({
      name: fc.constantFrom('ana', 'bia', 'cris', '__proto__'),
      ip: fc.constantFrom('10.0.0.1', '10.0.0.2', '::1'),
      port: fc.constantFrom(4000, 4001),
      callPort: fc.constantFrom(1, 2, 3),
    })
    const action = fc.oneof(
      { weight: 2, arbitrary: fc.record({ register: someEntry }) },
      { weight: 1, arbitrary: fc.record({ unregister: fc.nat(9) }) },
    )
    fc.assert(
      fc.property(fc.array(action, { maxLength: 60, size: 'max' }), (actions) => {
        const subject = new Directory({ now: () => 0 })
        const model = new Model()
        const told: string[] = []
        subject.subscribe(({ kind, registration }) => told.push(`${kind} ${registration.name}`))
        const expected: string[] = []
        for (const act of actions) {
          if ('register' in act) {
            const wanted = act.register
            const conflict = model.conflict(wanted)
            expect(subject.conflict(wanted)).toBe(conflict)
            const registered = subject.register(wanted)
            if (registered.ok) {
              expect(conflict).toBeUndefined()
              model.entries.push(registered.value)
              expected.push(`joined ${wanted.name}`)
            } else expect(registered.error).toBe(conflict as typeof registered.error)
          } else {
            const [gone] = model.entries.splice(act.unregister, 1)
            if (!gone) continue
            subject.unregister(gone)
            expected.push(`left ${gone.name}`)
          }
          expect(subject.all()).toEqual(model.entries)
          expect(subject.last(2)).toEqual(model.entries.slice(-2))
          expect(subject.last(0)).toEqual([])
          expect(subject.names).toBe(model.entries.map(({ name }) => name).join(','))
          expect(subject.size).toBe(model.entries.length)
          for (const name of ['ana', 'bia', 'cris', '__proto__', 'constructor']) {
            expect(subject.find(name)).toBe(model.find(name))
            expect(subject.find(name, '10.0.0.2')).toBe(model.find(name, '10.0.0.2'))
          }
        }
        expect(told).toEqual(expected)
      }),
      { numRuns: 300 },
    )
  })
})
