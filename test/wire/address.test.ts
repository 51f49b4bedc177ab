import { describe, expect, test } from 'bun:test'
import { isIPv4 } from 'node:net'
import fc from 'fast-check'
import { parseIp, parsePort } from '../../src/wire/address.ts'

describe('an IP', () => {
  test.each([
    ['127.0.0.1', '127.0.0.1'],
    ['0.0.0.0', '0.0.0.0'],
    ['255.255.255.255', '255.255.255.255'],
    ['::', '::'],
    ['::1', '::1'],
    ['0:0:0:0:0:0:0:1', '::1'],
    ['2001:DB8::A', '2001:db8::a'],
    ['2001:db8:0000:0000:0000:0000:0000:0001', '2001:db8::1'],
    ['2001:db8:0:1:1:1:1:1', '2001:db8:0:1:1:1:1:1'],
    ['2001:0:0:1:0:0:0:1', '2001:0:0:1::1'],
    ['2001:db8:0:0:1:0:0:1', '2001:db8::1:0:0:1'],
    ['::ffff:10.0.0.7', '10.0.0.7'],
    ['::FFFF:a00:7', '10.0.0.7'],
    ['0:0:0:0:0:ffff:10.0.0.7', '10.0.0.7'],
    ['64:ff9b::10.0.0.7', '64:ff9b::a00:7'],
  ])('"%s" is stored as "%s"', (word, canonical) => {
    expect(parseIp(word)).toEqual({ ok: true, value: canonical })
  })

  test.each([
    [''],
    ['localhost'],
    ['127.1'],
    ['0x7f.0.0.1'],
    ['0x7f000001'],
    ['2130706433'],
    ['01.2.3.4'],
    ['1.2.3.256'],
    ['1.2.3.4.5'],
    ['1.2.3.4 '],
    ['1.2.3.4/8'],
    ['1.2.3.4:80'],
    ['[::1]'],
    [':::'],
    ['1::2::3'],
    ['12345::'],
    ['fe80::1%eth0'],
    ['::1%'],
    ['١.٢.٣.٤'],
  ])('"%s" is none', (word) => {
    expect(parseIp(word)).toEqual({ ok: false, error: 'bad-ip' })
  })

  test('in canonical form is its own canonical form', () => {
    fc.assert(
      fc.property(fc.oneof(fc.ipV4(), fc.ipV6()), (word) => {
        const once = parseIp(word)
        if (!once.ok) throw new Error(`refused ${word}`)
        expect(parseIp(once.value)).toEqual(once)
        expect(once.value).toBe(once.value.toLowerCase())
      }),
    )
  })

  test('mapped into IPv6 is the IPv4 address', () => {
    fc.assert(
      fc.property(fc.ipV4(), (word) => {
        expect(isIPv4(word)).toBeTrue()
        expect(parseIp(`::ffff:${word}`)).toEqual({ ok: true, value: word })
      }),
    )
  })
})

describe('a port', () => {
  test.each([['1'], ['80'], ['5000'], ['65535']])('"%s" is one', (word) => {
    expect(parsePort(word)).toEqual({ ok: true, value: Number(word) })
  })

  test.each([
    ['0'],
    ['65536'],
    ['99999'],
    ['100000'],
    ['00'],
    ['01'],
    ['05000'],
    ['-1'],
    ['+80'],
    ['5e3'],
    ['0x50'],
    ['80.0'],
    ['80 '],
    [' 80'],
    ['80\n'],
    ['٨٠'],
    ['８０'],
    [''],
  ])('"%s" is none', (word) => {
    expect(parsePort(word)).toEqual({ ok: false, error: 'bad-port' })
  })
})
