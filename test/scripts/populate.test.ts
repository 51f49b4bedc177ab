import { expect, test } from 'bun:test'
import { join } from 'node:path'
import { eventually } from '../support/eventually.ts'
import { collect } from '../support/process.ts'
import { startTestRegistry } from '../support/registry.ts'

const script = join(import.meta.dir, '..', '..', 'scripts', 'populate.ts')

function populate(args: string[], port: number) {
  const child = Bun.spawn([process.execPath, script, ...args], {
    env: { PATH: process.env.PATH ?? '', REGISTRY_PORT: String(port) },
    stdout: 'pipe',
    stderr: 'pipe',
  })
  return { child, output: collect(child.stdout), errors: collect(child.stderr) }
}

test('populate registers as many as are asked for, and takes them out on SIGINT', async () => {
  await using registry = startTestRegistry()
  const { child, output, errors } = populate(['5'], registry.endpoint.port)
  await eventually('it says so', () => output().includes('5 registered, 0 refused'))
  expect(registry.directory.names.split(',')).toHaveLength(5)
  expect(new Set(registry.directory.names.split(',')).size).toBe(5)
  child.kill('SIGINT')
  expect(await child.exited).toBe(0)
  await registry.until('they are gone', () => registry.directory.size === 0)
  expect(errors()).toBe('')
})

test('populate counts whom the registry refuses', async () => {
  await using registry = startTestRegistry()
  const peer = await registry.connect()
  await peer.ask('register,Outra,20001')
  const { child, output } = populate(['3'], registry.endpoint.port)
  await eventually('it says so', () => output().includes('2 registered, 1 refused'))
  child.kill('SIGTERM')
  expect(await child.exited).toBe(0)
  peer.close()
})

test('populate ends when the registry does', async () => {
  await using registry = startTestRegistry()
  const { child, output, errors } = populate(['2'], registry.endpoint.port)
  await eventually('it says so', () => output().includes('2 registered'))
  await registry.stop()
  expect(await child.exited).toBe(1)
  await eventually('it says why', () => errors().includes('The registry is gone'))
})

test.each([['0'], ['x'], ['-3'], ['1.5'], ['15001']])('populate %s is refused', async (word) => {
  const { child, errors } = populate([word], 1)
  expect(await child.exited).toBe(1)
  await eventually('it says how to', () => errors().includes('Usage: bun run populate N'))
})

test('populate says in one line that nobody listens there', async () => {
  await using gone = startTestRegistry()
  await gone.stop()
  const { child, errors } = populate(['2'], gone.endpoint.port)
  expect(await child.exited).toBe(1)
  await eventually('it says so', () => /^Ana Almeida: [^\n]+\n$/.test(errors()))
})
