import { describe, expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { eventually } from '../support/eventually.ts'
import { mainPath, portuguese, startProcess, type TestProcess } from '../support/process.ts'
import { openTab } from '../support/tab.ts'
import type { TestWeb } from '../support/web.ts'

/** Two seconds are promised; the rest is for a busy machine. */
const limitMs = 2_500

async function expectOrderlyEnd(house: TestProcess, signal: NodeJS.Signals): Promise<void> {
  const start = performance.now()
  house.signal(signal)
  expect(await house.exited).toBe(0)
  expect(performance.now() - start).toBeLessThan(limitMs)
  await house.printed(`Encerrando o servidor (${signal})\n`)
  expect(house.errors()).toBe('')
}

describe.each(['SIGTERM', 'SIGINT'] as const)('%s', (signal) => {
  test('says goodbye to everybody, in their own framing', async () => {
    await using house = await startProcess()
    using registered = await house.connect()
    using silent = await house.connect()
    using bare = await house.connect()
    await registered.ask('register,Ana,5001')
    await bare.send(`Bia,127.0.0.1,${bare.local.port},5002`)
    expect(await bare.receive()).toBe('success,Registrado com sucesso')
    const ended = expectOrderlyEnd(house, signal)
    expect(await registered.rest()).toBe('*bye,shutdown,Conexão encerrada\n')
    expect(await silent.rest()).toBe('*bye,shutdown,Conexão encerrada\n')
    expect(await bare.rest()).toBe('Conexão encerrada')
    for (const peer of [registered, silent, bare]) {
      expect(peer.ending).toBe('EOF')
      peer.close()
    }
    await ended
    expect(house.logged()).toContain(
      `Cliente desconectado: Ana (127.0.0.1:${registered.local.port})`,
    )
    expect(house.logged()).toContain(`Cliente desconectado: Bia (127.0.0.1:${bare.local.port})`)
  })

  test('ends also where browsers are connected and a peer reads nothing', async () => {
    await using house = await startProcess()
    const site = { url: house.url } as TestWeb
    const ana = house.visitor()
    await ana.register('Ana', 5001)
    const tabs = [await openTab(site, ana), await openTab(site, ana)]
    for (const tab of tabs) await tab.saw('>Ana<')
    using deaf = await house.connect()
    await deaf.ask('register,Surda,5002')
    deaf.pause()
    // More answers than the two kernels hold between them.
    await deaf.send('help\n'.repeat(20_000))
    using peer = await house.connect()
    await expectOrderlyEnd(house, signal)
    expect(await peer.rest()).toBe('*bye,shutdown,Conexão encerrada\n')
    expect(tabs.map((tab) => tab.messages.filter((text) => text.includes('"go"')))).toEqual([
      [],
      [],
    ])
  })
})

test('a second signal while it ends changes nothing', async () => {
  await using house = await startProcess()
  using peer = await house.connect()
  await peer.ask('register,Ana,5001')
  house.signal('SIGINT')
  house.signal('SIGINT')
  house.signal('SIGTERM')
  expect(await peer.rest()).toBe('*bye,shutdown,Conexão encerrada\n')
  peer.close()
  expect(await house.exited).toBe(0)
})

test('nothing listens any more once it has ended', async () => {
  await using house = await startProcess()
  house.signal('SIGTERM')
  await house.exited
  await expect(house.connect()).rejects.toThrow()
  await expect(fetch(house.url)).rejects.toThrow()
})

test('SIGHUP ends nothing, also where there is no certificate to read again', async () => {
  await using house = await startProcess()
  using peer = await house.connect()
  await peer.ask('register,Ana,5001')
  house.signal('SIGHUP')
  await Bun.sleep(200)
  expect(await peer.ask('ping')).toBe('pong')
  expect(house.output()).not.toContain('Encerrando')
})

test('the end of the terminal is the end of the process, in good order', async () => {
  const STATE_DIRECTORY = mkdtempSync(join(tmpdir(), 'encontro-'))
  // Output to a file, as with `bun run start > log`: the terminal is where its input comes from.
  const log = join(STATE_DIRECTORY, 'log')
  const child = Bun.spawn(
    ['sh', '-c', `exec "$0" "$1" > "${log}" 2>&1`, process.execPath, mainPath],
    {
      env: {
        PATH: process.env.PATH ?? '',
        ...portuguese,
        STATE_DIRECTORY,
        REGISTRY_PORT: '0',
        HTTP_PORT: '0',
      },
      terminal: { cols: 80, rows: 20, data: () => {} },
    },
  )
  const said = (text: string) =>
    eventually(text, async () =>
      (
        await Bun.file(log)
          .text()
          .catch(() => '')
      ).includes(text),
    )
  try {
    await said('Para experimentar')
    child.terminal?.close()
    child.kill('SIGHUP')
    await said('Encerrando o servidor (SIGTERM)')
    expect(await child.exited).toBe(0)
  } finally {
    child.kill('SIGKILL')
    await child.exited
    rmSync(STATE_DIRECTORY, { recursive: true })
  }
})
