import { BlockList, isIP, isIPv6 } from 'node:net'
import * as v from 'valibot'
import { connectionsFor, descriptorLimit } from '../host/descriptors.ts'

export type Setting<T> = {
  default: string
  /** One line of description for `--help`. */
  help: string
  schema: v.GenericSchema<string, T>
  /** Whether the value must never be shown. */
  secret?: true
}

export const integer = (min: number, max: number, scale = 1) =>
  v.pipe(
    v.string(),
    v.regex(/^\d+(\.\d+)?$/, `must be a number from ${min} to ${max}`),
    v.transform(Number),
    v.minValue(min, `must be a number from ${min} to ${max}`),
    v.maxValue(max, `must be a number from ${min} to ${max}`),
    v.transform((number) => Math.round(number * scale)),
  )

export const wholeNumber = (min: number, max: number) =>
  v.pipe(
    v.string(),
    v.regex(/^\d+$/, `must be a whole number from ${min} to ${max}`),
    integer(min, max),
  )

export const portOrOff = v.union(
  [v.literal('off'), wholeNumber(0, 65_535)],
  'must be a whole number from 0 to 65535, or off',
)

/** A number of connections, or `auto`: as many as the descriptors of this process allow. */
export const connectionsOrAuto = v.union(
  [
    v.pipe(
      v.literal('auto'),
      v.transform(() => connectionsFor(descriptorLimit())),
    ),
    wholeNumber(1, 1_000_000),
  ],
  'must be a whole number from 1 to 1000000, or auto',
)

/** Empty for none. A comma, a line break, or a space at an end cannot be sent over the wire. */
export const secret = (characters: number) =>
  v.pipe(
    v.string(),
    v.maxLength(256, 'must have at most 256 characters'),
    v.check(
      (text) => text === '' || (text.length >= characters && !/[,\r\n]|^\s|\s$/.test(text)),
      `must have at least ${characters} characters and no comma, or be empty`,
    ),
    v.transform((text) => (text === '' ? undefined : text)),
  )

export const words = v.pipe(
  v.string(),
  v.transform((text) => text.split(',').map((word) => word.trim())),
  v.transform((list) => list.filter((word) => word !== '')),
)

/** Addresses and ranges, as a list to check addresses against. */
export const addressRanges = v.pipe(
  words,
  v.check(
    (list) => list.every(isAddressRange),
    'must be addresses or ranges such as 127.0.0.0/8,::1, or empty',
  ),
  v.transform(blockListOf),
)

function isAddressRange(range: string): boolean {
  const [address = '', prefix, more] = range.split('/')
  const family = isIP(address)
  if (family === 0 || address.includes('%') || more !== undefined) return false
  return (
    prefix === undefined ||
    (/^\d{1,3}$/.test(prefix) && Number(prefix) <= (family === 4 ? 32 : 128))
  )
}

function blockListOf(ranges: string[]): BlockList {
  const list = new BlockList()
  for (const range of ranges) {
    const [address = '', prefix] = range.split('/')
    const family = isIP(address) === 4 ? 'ipv4' : 'ipv6'
    if (prefix === undefined) list.addAddress(address, family)
    else list.addSubnet(address, Number(prefix), family)
  }
  return list
}

export const holds = (list: BlockList, ip: string): boolean =>
  list.check(ip, isIPv6(ip) ? 'ipv6' : 'ipv4')

/** A setting that cannot be used; `message` is the one line that says which and why. */
export class BadSetting extends Error {
  override readonly name = 'BadSetting'
}
