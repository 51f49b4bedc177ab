import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Terminal as Emulator } from '@xterm/headless'
import { eventually } from '../support/eventually.ts'
import { connectPeer } from '../support/peer.ts'
import { mainPath } from '../support/process.ts'

test('on a terminal the process shows a table of who is registered, which follows every change', async () => {
  const emulator = new Emulator({ cols: 100, rows: 20, allowProposedApi: true })
  const STATE_DIRECTORY = mkdtempSync(join(tmpdir(), 'encontro-'))
  const child = Bun.spawn([process.execPath, mainPath], {
    env: { PATH: process.env.PATH ?? '', STATE_DIRECTORY, REGISTRY_PORT: '0', HTTP_PORT: '0' },
    terminal: { cols: 100, rows: 20, data: (_, bytes) => emulator.write(bytes) },
  })
  const screen = () =>
    Array.from(
      { length: emulator.rows },
      (_, y) => emulator.buffer.active.getLine(y)?.translateToString(true) ?? '',
    )
  const see = (pattern: RegExp) =>
    eventually(`${pattern} on\n${screen().join('\n')}`, () =>
      screen()
        .map((line) => line.match(pattern))
        .find((match) => match !== null),
    )
  try {
    await see(/^Clientes registrados: 0$/)
    const [, port] = await see(/Servidor iniciado em 127\.0\.0\.1:(\d+)$/)
    using peer = await connectPeer({ ip: '127.0.0.1', port: Number(port) })
    await peer.ask('Ana,127.0.0.1,4000,5001')
    await see(/^Clientes registrados: 1$/)
    await see(/^Ana +127\.0\.0\.1 +4000 +5001 +\d\d:\d\d:\d\d$/)
    await see(/Novo cliente registrado: Ana \(127\.0\.0\.1:4000\)$/)
    peer.reset()
    await see(/^Clientes registrados: 0$/)
    expect(screen().some((line) => line.startsWith('Ana '))).toBe(false)

    // As the operator would.
    child.terminal?.write('\x03')
    expect(await child.exited).toBe(0)
    await see(/Encerrando o servidor \(SIGINT\)$/)
  } finally {
    child.kill('SIGKILL')
    await child.exited
    child.terminal?.close()
    emulator.dispose()
    rmSync(STATE_DIRECTORY, { recursive: true })
  }
})
