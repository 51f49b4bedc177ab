import { expect, test } from 'bun:test'
import { startProcess } from '../support/process.ts'

test('the process tells at its end how much it has refused, by kind', async () => {
  await using house = await startProcess({
    TRUSTED_ADDRESSES: '',
    MAX_CONNECTIONS_PER_ADDRESS: '1',
    HTTP_REQUESTS_PER_SECOND: '1',
    MAX_LINE_BYTES: '512',
  })
  using first = await house.connect()
  expect(await first.ask('ping')).toBe('pong')
  for (let each = 0; each < 3; each += 1) {
    using other = await house.connect()
    expect(await other.line()).toEndWith(',too-many-from-address')
  }
  await first.send('x'.repeat(600))
  expect(await first.rest()).toContain('line-too-long')
  const statuses: number[] = []
  for (let each = 0; each < 12; each += 1) statuses.push((await fetch(house.url)).status)
  const refused = statuses.filter((status) => status === 429).length
  expect(refused).toBeGreaterThan(0)
  expect(house.output()).not.toContain('Recusas')

  house.signal('SIGTERM')
  expect(await house.exited).toBe(0)
  const told = house.logged().filter((line) => line.startsWith('Recusas'))
  expect(told).toEqual([
    `Recusas desde o início: registro: 3 sem lugar para o endereço, 1 linhas longas demais; página web: ${refused} pedidos demais`,
  ])
})

test('the process says nothing of refusals where there were none', async () => {
  await using house = await startProcess()
  using peer = await house.connect()
  await peer.ask('register,Ana,5001')
  house.signal('SIGTERM')
  expect(await house.exited).toBe(0)
  expect(house.output()).not.toContain('Recusas')
})

test('of a flood of refused requests the process writes down some, and counts the others', async () => {
  await using house = await startProcess()
  using peer = await house.connect()
  // Ana is known by now: each of these is refused.
  expect(await peer.ask('register,Ana,5001')).toStartWith('success')
  using other = await house.connect()
  await other.send(`${'register,Ana,5002\n'.repeat(1_000)}ping\n`)
  while ((await other.line()) !== 'pong');
  house.signal('SIGTERM')
  expect(await house.exited).toBe(0)
  const lines = house.logged()
  const refusals = lines.filter((line) => line.startsWith('Usuário já registrado')).length
  const omitted = lines.find((line) => line.endsWith('não foram anotadas uma a uma'))
  expect(omitted).toBe(
    `Outras ${1_000 - refusals} recusas em pouco tempo não foram anotadas uma a uma`,
  )
  expect(refusals).toBeLessThan(300)
})
