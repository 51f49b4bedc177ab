import { describe, expect, test } from 'bun:test'
import { codingFor } from '../../../src/web/assets/accepted-coding.ts'

describe('a client that accepts', () => {
  test.each([
    { header: undefined, coding: 'identity' },
    { header: '', coding: 'identity' },
    { header: 'gzip, deflate, br, zstd', coding: 'br' },
    { header: 'gzip, deflate', coding: 'gzip' },
    { header: 'GZIP', coding: 'gzip' },
    { header: 'deflate', coding: 'identity' },
    { header: 'identity', coding: 'identity' },
    { header: '*', coding: 'br' },
    { header: 'br;q=0, *', coding: 'gzip' },
    { header: 'br;q=0.5, gzip;q=0.9', coding: 'gzip' },
    { header: 'br;q=0.5, identity', coding: 'identity' },
    { header: 'gzip;q=0.001', coding: 'gzip' },
    { header: 'gzip;q=0', coding: 'identity' },
    { header: 'gzip, identity;q=0', coding: 'gzip' },
    { header: '*;q=0, gzip', coding: 'gzip' },
    { header: '*;q=0', coding: undefined },
    { header: 'identity;q=0', coding: undefined },
    { header: 'deflate, identity;q=0', coding: undefined },
  ])('$header gets $coding', ({ header, coding }) => {
    expect(codingFor(header)).toBe(coding as ReturnType<typeof codingFor>)
  })

  test('more than a client ever says is not looked at to its end', () => {
    expect(codingFor(`gzip${' '.repeat(600)}, br`)).toBe('gzip')
  })

  test('a coding that is not offered gets another', () => {
    expect(codingFor('br, gzip', ['gzip', 'identity'])).toBe('gzip')
  })
})
