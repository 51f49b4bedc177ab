import { expect, test } from 'bun:test'
import { startProcess, type TestProcess } from '../support/process.ts'

/**
 * A code of four digits, guessed as fast as may be by whoever is at a trusted address: so by anybody
 * at all behind a tunnel on this machine. The right one is among the guesses, early.
 */
const ACCESS_CODE = '0042'
const perMinute = 10
/** All addresses together may guess as often as so many. */
const addressesInAll = 10

const codes = Array.from({ length: 600 }, (_, each) => String(each).padStart(4, '0'))
const startTestHouse = () =>
  startProcess({
    ACCESS_CODE,
    TRUSTED_PROXIES: '127.0.0.1',
    HTTP_REGISTRATIONS_PER_MINUTE: '100000',
  })

/** What is forwarded by a proxy from there; without an address, what a tunnel on this machine brings. */
const from = (ip?: string): Record<string, string> => (ip ? { 'X-Forwarded-For': ip } : {})

const form = (name: string, accessCode: string) => ({
  name,
  callPort: String(5_000 + Math.floor(Math.random() * 50_000)),
  accessCode,
})

/** How often each status was answered to guesses in the page, from each address in turn. */
async function guessInPage(
  house: TestProcess,
  guesses: string[],
  addresses: (string | undefined)[],
) {
  const visitor = house.visitor()
  await visitor.get('/')
  const statuses: Record<number, number> = {}
  for (const [turn, code] of guesses.entries()) {
    const ip = addresses[turn % addresses.length]
    const { status } = await visitor.post('/register', form(`Zé ${turn}`, code), from(ip))
    statuses[status] = (statuses[status] ?? 0) + 1
  }
  return statuses
}

/** The same over the wire; how often each code was answered. */
async function guessOverWire(house: TestProcess, guesses: string[]) {
  const answers: Record<string, number> = {}
  for (const code of guesses) {
    using peer = await house.connect()
    const answer = (await peer.ask(`auth,${code}`)).split(',').at(-1) ?? ''
    answers[answer] = (answers[answer] ?? 0) + 1
  }
  return answers
}

/** How many wrong ones may be looked at until now, if so many may be at once. */
const allowedSince = (began: number, atOnce: number, perMinute: number) =>
  atOnce + Math.ceil(((performance.now() - began) / 60_000) * perMinute)

test('four digits do not fall to a trusted address, on either way, nor to both', async () => {
  await using house = await startTestHouse()
  const known = house.visitor()
  expect((await known.post('/register', form('Ana', ACCESS_CODE))).status).toBe(303)
  await known.post('/leave')

  const began = performance.now()
  const [inPage, overWire] = await Promise.all([
    guessInPage(house, codes, [undefined]),
    guessOverWire(house, codes),
  ])
  const looked = (inPage[403] ?? 0) + (overWire['bad-secret'] ?? 0)
  expect(looked).toBeLessThanOrEqual(allowedSince(began, perMinute, perMinute))
  expect(inPage[303]).toBeUndefined()
  expect(overWire.Autorizado).toBeUndefined()

  // A browser that has said it is not asked again, and whoever is elsewhere may say it.
  expect((await known.post('/register', form('Ana', ''))).status).toBe(303)
  const other = house.visitor()
  expect(
    (await other.post('/register', form('Bia', ACCESS_CODE), from('203.0.113.7'))).status,
  ).toBe(303)
}, 30_000)

test('nor to thousands of addresses, which keep nobody else out', async () => {
  await using house = await startTestHouse()
  const addresses = codes.map((_, each) => `2001:db8:${each.toString(16)}::1`)
  // One guess in 0.6 s is looked at for good, and could be the right one by luck; so all are wrong,
  // and what counts is how many are looked at.
  const wrongCodes = codes.filter((code) => code !== ACCESS_CODE)
  const began = performance.now()
  const { 403: looked = 0, ...others } = await guessInPage(house, wrongCodes, addresses)
  const all = perMinute * addressesInAll
  expect(looked).toBeLessThanOrEqual(allowedSince(began, all, all))
  expect(others).toEqual({ 429: wrongCodes.length - looked })
  const honest = house.visitor()
  const wrong = await honest.post('/register', form('Bia', '0000'), from('203.0.113.7'))
  expect(wrong.status).toBe(403)
  const next = house.visitor()
  const right = await next.post('/register', form('Caio', ACCESS_CODE), from('198.51.100.7'))
  expect(right.status).toBe(303)
}, 30_000)
