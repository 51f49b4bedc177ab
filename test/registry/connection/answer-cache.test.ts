import { describe, expect, test } from 'bun:test'
import fc from 'fast-check'
import { AnswerCache } from '../../../src/registry/connection/answer-cache.ts'
import { Directory } from '../../../src/registry/directory/directory.ts'
import type { Registration } from '../../../src/registry/directory/registration.ts'

function house() {
  const directory = new Directory({ now: () => 0 })
  const answers = new AnswerCache(directory)
  const known = {
    /** The answer to that line alone, where it is known. */
    to(line: string): string | undefined {
      const bytes = Buffer.from(`${line}\n`)
      if (answers.take(bytes, 1) === 0) return undefined
      expect(answers.lines).toBe(1)
      return answers.answers.toString('utf8', 0, answers.written)
    },
    keep: (line: string, answer: string) => answers.keep(line, answer),
  }
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
  return { directory, answers, known, join, ask }
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

describe('many lines at once', () => {
  const take = (text: string, most = 100) => {
    const { answers, join, ask } = house()
    for (const name of ['Ana', 'Bia', 'Jos\u00e9']) join(name)
    for (const name of ['Ana', 'Bia', 'Jos\u00e9']) ask(`details,${name}`)
    const taken = answers.take(Buffer.from(text), most)
    return {
      rest: Buffer.from(text).subarray(taken).toString(),
      said: answers.answers.toString('utf8', 0, answers.written),
      lines: answers.lines,
    }
  }

  test('are answered in their order', () => {
    expect(take('details,Bia\ndetails,Jos\u00e9\ndetails,Ana\n')).toEqual({
      rest: '',
      said: '10.0.0.1,2\n10.0.0.1,3\n10.0.0.1,1\n',
      lines: 3,
    })
  })

  test.each([
    ['a line that is not known', 'details,Ana\nlist\ndetails,Bia\n', 'list\ndetails,Bia\n'],
    ['nobody of that name', 'details,Ana\ndetails,An\n', 'details,An\n'],
    ['a line that is not whole', 'details,Ana\ndetails,Bi', 'details,Bi'],
    ['a carriage return', 'details,Ana\ndetails,Bia\r\n', 'details,Bia\r\n'],
    ['an empty line', 'details,Ana\n\n', '\n'],
  ])('as far as %s', (_, text, rest) => {
    expect(take(text)).toEqual({ rest, said: '10.0.0.1,1\n', lines: 1 })
  })

  test('are no more than are allowed, and never more than there is room for', () => {
    expect(take('details,Ana\n'.repeat(5), 2)).toMatchObject({ lines: 2 })
    expect(take('details,Ana\n'.repeat(5), 0)).toMatchObject({ lines: 0, said: '' })
    const { lines, rest } = take('details,Ana\n'.repeat(1_000), 1_000)
    expect(rest).toBe('details,Ana\n'.repeat(1_000 - lines))
    expect(lines).toBeLessThan(1_000)
  })
})

test('more than can be kept are forgotten, and found anew', () => {
  const { answers, join, ask } = house()
  const long = (each: number) => `${'\u{1f600}'.repeat(58)}${each}`
  let known = 0
  for (let each = 0; each < 12_000; each += 1) {
    join(long(each), `10.1.${each >> 8}.${each & 255}`)
    const line = `details,${long(each)}`
    const answer = ask(line)
    const bytes = Buffer.from(`${line}\n`)
    if (answers.take(bytes, 1) === 0) continue
    known += 1
    expect(answers.answers.toString('utf8', 0, answers.written)).toBe(answer as string)
  }
  expect(known).toBeGreaterThan(11_500)
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
