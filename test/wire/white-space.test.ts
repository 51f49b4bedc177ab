import { expect, test } from 'bun:test'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { parseRequest } from '../../src/wire/request.ts'

const grammar = readFileSync(join(import.meta.dir, '..', '..', 'PROTOCOL.md'), 'utf8')

/** The code points of the rule `ws` in PROTOCOL.md: `%x20`, and ranges as `%x09-0D`. */
function whiteSpaceOfTheGrammar(): Set<number> {
  const [, rule = ''] = /^ws +=((?:[^\n]|\n +\/)*)/m.exec(grammar) ?? []
  const found = new Set<number>()
  for (const [, first = '', last = first] of rule.matchAll(/%x([0-9A-F]+)(?:-([0-9A-F]+))?/g)) {
    for (let code = parseInt(first, 16); code <= parseInt(last, 16); code += 1) found.add(code)
  }
  return found
}

test('PROTOCOL.md lists the characters that are dropped around a field, and no other', () => {
  const listed = whiteSpaceOfTheGrammar()
  const dropped = new Set<number>()
  // Beyond U+FFFF there is no white space (Unicode 17), and there are too many characters to try.
  for (let code = 0; code < 0x1_0000; code += 1) {
    const space = String.fromCharCode(code)
    const read = parseRequest(`${space}details${space},${space}ana${space}`)
    if (read.ok && read.value.verb === 'details' && read.value.name === 'ana') dropped.add(code)
  }
  expect([...dropped]).toEqual([...listed])
})
