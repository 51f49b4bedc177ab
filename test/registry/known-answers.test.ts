import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { Directory, type Registration } from '../../src/registry/directory.ts'
import { KnownAnswers } from '../../src/registry/known-answers.ts'

function house() {
  const directory = new Directory({ now: () => 0 })
  const known = new KnownAnswers(directory)
  let ports = 1
  const join = (name: string, ip = '10.0.0.1'): Registration => {
    const callPort = ports++
    const joined = directory.register({ name, ip, port: 4000, callPort })
    if (!joined.ok) throw new Error(joined.error)
    return joined.value
  }
  /** What a connection does: looks here first, and keeps what it had to look up. */
  const ask = (line: string, name = line.slice('details,'.length)): string | undefined => {
    const answer = known.to(line)
    if (answer !== undefined) return answer
    const found = directory.find(name)
    if (!found) return undefined
    known.keep(line, `${found.ip},${found.callPort}\n`)
    return `${found.ip},${found.callPort}\n`
  }
  return { directory, known, join, ask }
}

describe('an answer that was given', () => {
  test('is known from then on', () => {
    const { known, join, ask } = house()
    join('Ana')
    expect(known.to('details,Ana')).toBeUndefined()
    ask('details,Ana')
    expect(known.to('details,Ana')).toBe('10.0.0.1,1\n')
  })

  test('is forgotten with whom it was about, who may come back elsewhere', () => {
    const { directory, known, join, ask } = house()
    const ana = join('Ana')
    ask('details,Ana')
    directory.unregister(ana)
    expect(known.to('details,Ana')).toBeUndefined()
    join('Ana', '10.0.0.2')
    expect(ask('details,Ana')).toBe('10.0.0.2,2\n')
  })

  test('is the one for whoever of that name is the first now', () => {
    const { directory, join, ask } = house()
    const first = join('Ana', '10.0.0.1')
    join('Ana', '10.0.0.2')
    expect(ask('details,Ana')).toBe('10.0.0.1,1\n')
    directory.unregister(first)
    expect(ask('details,Ana')).toBe('10.0.0.2,2\n')
  })

  test('stays when others come and go', () => {
    const { directory, known, join, ask } = house()
    join('Ana')
    ask('details,Ana')
    directory.unregister(join('Bia'))
    expect(known.to('details,Ana')).toBe('10.0.0.1,1\n')
  })

  test.each([
    ['an address beside the name', 'details,Ana,10.0.0.1'],
    ['a space before the name', 'details, Ana'],
    ['a name that is written otherwise', 'details,Jose\u0301'],
    ['another verb', 'callings,Ana'],
  ])('is not kept for %s', (_, line) => {
    const { known, join } = house()
    join('Ana')
    join('Jos\u00e9')
    known.keep(line, '10.0.0.1,1\n')
    expect(known.to(line)).toBeUndefined()
  })
})

test('whatever happens, what is known is what one would find', () => {
  const names = ['Ana', 'Bia', 'Caio']
  const ips = ['10.0.0.1', '10.0.0.2', '10.0.0.3']
  const act = fc.record({
    kind: fc.constantFrom('join', 'leave', 'ask', 'ask'),
    name: fc.constantFrom(...names),
    ip: fc.constantFrom(...ips),
  })
  fc.assert(
    fc.property(fc.array(act, { maxLength: 60 }), (acts) => {
      const { directory, join, ask } = house()
      for (const { kind, name, ip } of acts) {
        const there = directory.find(name, ip)
        if (kind === 'join' && !there) join(name, ip)
        if (kind === 'leave' && there) directory.unregister(there)
        const found = directory.find(name)
        const expected = found && `${found.ip},${found.callPort}\n`
        if (kind === 'ask') expect(ask(`details,${name}`)).toBe(expected as string)
      }
    }),
    { numRuns: 500 },
  )
})
