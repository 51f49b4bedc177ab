import { describe, expect, test } from 'bun:test'
import type { ChannelMessage } from '../../../../src/browser/call/connection/channel-message.ts'
import {
  agreeOnSafetyCode,
  type Role,
  type SafetyResult,
  symbolCount,
  symbolsShown,
} from '../../../../src/browser/call/safety/safety-code.ts'
import { safetySymbols } from '../../../../src/browser/call/safety/safety-symbols.ts'
import { callEn } from '../../../../src/text/call-en.ts'
import { callPt } from '../../../../src/text/call-pt.ts'

type Step = ChannelMessage & { kind: 'commit' | 'reveal' }

type Options = {
  /** Whom this end believes to be connected with. */
  others: string[]
  inUse?: string | undefined
}

/** One end; what it says is kept until the test hands it on. */
function openEnd(role: Role, own: string[], { others, inUse }: Options) {
  const said: Step[] = []
  const late: (() => void)[] = []
  let result: SafetyResult | undefined
  const code = agreeOnSafetyCode({
    role,
    certificates: () => ({ own, others }),
    certificatesInUse: async () => (inUse === undefined ? [] : [inUse]),
    send: (message) => said.push(message),
    onResult: (told) => {
      result = told
    },
    later: (task) => late.push(task),
  })
  return { code, said, result: () => result, giveUp: () => late.forEach((task) => void task()) }
}

type End = ReturnType<typeof openEnd>

async function exchange(a: End, b: End): Promise<void> {
  await Promise.all([a.code.start(), b.code.start()])
  for (let round = 0; round < 4; round += 1) {
    for (const message of a.said.splice(0)) await b.code.receive(message)
    for (const message of b.said.splice(0)) await a.code.receive(message)
  }
}

const ana = ['sha-256 AA:AA']
const bia = ['sha-256 BB:BB']
const mallory = ['sha-256 66:66']

describe('two ends', () => {
  test('agree on a code', async () => {
    const a = openEnd('caller', ana, { others: bia, inUse: bia[0] })
    const b = openEnd('callee', bia, { others: ana })
    await exchange(a, b)
    const result = a.result()
    expect(result).toMatchObject({ verifiable: true })
    expect(result).toEqual(b.result() as SafetyResult)
    if (result?.verifiable) expect(result.symbols).toHaveLength(symbolsShown)
  })

  test('agree on another code the next time', async () => {
    const codes = new Set<string>()
    for (let time = 0; time < 5; time += 1) {
      const a = openEnd('caller', ana, { others: bia })
      const b = openEnd('callee', bia, { others: ana })
      await exchange(a, b)
      codes.add(JSON.stringify(a.result()))
    }
    expect(codes.size).toBe(5)
  })

  test('reveal nothing before the other is bound', async () => {
    const a = openEnd('caller', ana, { others: bia })
    await a.code.start()
    expect(a.said.map(({ kind }) => kind)).toEqual(['commit'])
  })
})

describe('somebody in between', () => {
  test('with keys of their own, who relays both ends, makes the codes differ', async () => {
    const a = openEnd('caller', ana, { others: mallory })
    const b = openEnd('callee', bia, { others: mallory })
    const toA = openEnd('callee', mallory, { others: ana })
    const toB = openEnd('caller', mallory, { others: bia })
    await exchange(a, toA)
    await exchange(toB, b)
    expect(a.result()).toMatchObject({ verifiable: true })
    expect(b.result()).toMatchObject({ verifiable: true })
    expect(a.result()).not.toEqual(b.result() as SafetyResult)
  })

  test('who hands on the honest words is found out by the certificates', async () => {
    const a = openEnd('caller', ana, { others: mallory })
    const b = openEnd('callee', bia, { others: mallory })
    await exchange(a, b)
    expect(a.result()).toEqual({ verifiable: false, why: 'mismatch' })
    expect(b.result()).toEqual({ verifiable: false, why: 'mismatch' })
  })

  test('who chooses after having seen is found out by the commitment', async () => {
    const a = openEnd('caller', ana, { others: mallory })
    const m = openEnd('callee', mallory, { others: ana })
    await a.code.start()
    await m.code.start()
    for (const message of m.said.splice(0)) await a.code.receive(message)
    const nonce = 'A'.repeat(43)
    await a.code.receive({ kind: 'reveal', fingerprints: mallory, nonce })
    expect(a.result()).toEqual({ verifiable: false, why: 'mismatch' })
  })

  test('has one commitment, not two', async () => {
    const a = openEnd('caller', ana, { others: mallory })
    await a.code.start()
    await a.code.receive({ kind: 'commit', commitment: 'one' })
    await a.code.receive({ kind: 'commit', commitment: 'two' })
    expect(a.result()).toEqual({ verifiable: false, why: 'mismatch' })
  })

  test('cannot hand an end its own words back', async () => {
    const a = openEnd('caller', ana, { others: ana })
    await a.code.start()
    for (const message of a.said.splice(0)) await a.code.receive(message)
    for (const message of a.said.splice(0)) await a.code.receive(message)
    expect(a.result()).toEqual({ verifiable: false, why: 'mismatch' })
  })

  test('is found out by the certificate that the connection really has', async () => {
    const a = openEnd('caller', ana, { others: bia, inUse: mallory[0] })
    const b = openEnd('callee', bia, { others: ana })
    await exchange(a, b)
    expect(a.result()).toEqual({ verifiable: false, why: 'mismatch' })
  })

  test('who never reveals gets no code shown', async () => {
    const a = openEnd('caller', ana, { others: mallory })
    await a.code.start()
    await a.code.receive({ kind: 'commit', commitment: 'x' })
    a.giveUp()
    expect(a.result()).toEqual({ verifiable: false, why: 'silent' })
  })

  test('an answer that comes late still makes a code', async () => {
    const a = openEnd('caller', ana, { others: bia })
    const b = openEnd('callee', bia, { others: ana })
    await a.code.start()
    a.giveUp()
    expect(a.result()).toEqual({ verifiable: false, why: 'silent' })
    await exchange(a, b)
    expect(a.result()).toMatchObject({ verifiable: true })
    expect(a.result()).toEqual(b.result())
    a.giveUp()
    expect(a.result()).toEqual(b.result())
  })

  test('who comes later takes the code away', async () => {
    const a = openEnd('caller', ana, { others: bia })
    const b = openEnd('callee', bia, { others: ana })
    await exchange(a, b)
    a.code.fail('mismatch')
    expect(a.result()).toEqual({ verifiable: false, why: 'mismatch' })
  })
})

test('there are as many symbols, and names in every language, as there are numbers', () => {
  for (const list of [safetySymbols, callPt.safetySymbols, callEn.safetySymbols]) {
    expect(new Set(list).size).toBe(symbolCount)
  }
})
