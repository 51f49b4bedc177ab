import { expect, test } from 'bun:test'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { Terminal as Emulator } from '@xterm/headless'
import { eventually } from '../support/eventually.ts'
import { connectPeer } from '../support/peer.ts'
import { mainPath } from '../support/process.ts'

/** A command on a terminal of its own, whose screen can be looked at. */
function onTerminal(command: string[], { TERM = 'xterm-256color', LC_ALL = 'pt_BR.UTF-8' } = {}) {
  const emulator = new Emulator({ cols: 100, rows: 20, allowProposedApi: true })
  const STATE_DIRECTORY = mkdtempSync(join(tmpdir(), 'encontro-'))
  let output = ''
  const text = new TextDecoder()
  const child = Bun.spawn(command, {
    env: {
      PATH: process.env.PATH ?? '',
      LC_ALL,
      STATE_DIRECTORY,
      REGISTRY_PORT: '0',
      HTTP_PORT: '0',
      TERM,
      PS1: 'prompt> ',
    },
    terminal: {
      cols: 100,
      rows: 20,
      data(_, bytes) {
        output += text.decode(bytes, { stream: true })
        emulator.write(bytes)
      },
    },
  })
  const screen = () =>
    Array.from(
      { length: emulator.rows },
      (_, y) => emulator.buffer.active.getLine(y)?.translateToString(true) ?? '',
    )
  const picture = () => screen().join('\n')
  return {
    child,
    emulator,
    output: () => output,
    picture,
    see: (pattern: RegExp) =>
      eventually(`${pattern} on\n${picture()}`, () =>
        screen()
          .map((line) => line.match(pattern))
          .find((match) => match !== null),
      ),
    seeBuffer: (type: 'normal' | 'alternate') =>
      eventually(`the ${type} screen instead of\n${picture()}`, () => {
        return emulator.buffer.active.type === type || undefined
      }),
    type: (keys: string) => child.terminal?.write(keys),
    cursorIsShown: () => output.lastIndexOf('\x1b[?25h') > output.lastIndexOf('\x1b[?25l'),
    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
      child.terminal?.close()
      emulator.dispose()
      rmSync(STATE_DIRECTORY, { recursive: true })
    },
  }
}

const started = /Servidor iniciado em 127\.0\.0\.1:(\d+)$/

test('on a terminal the process shows a table of who is registered, which follows every change', async () => {
  await using operator = onTerminal([process.execPath, mainPath])
  const { see } = operator
  await see(/^Clientes registrados: 0$/)
  const [, port] = await see(started)
  using peer = await connectPeer({ ip: '127.0.0.1', port: Number(port) })
  await peer.ask('Ana,127.0.0.1,4000,5001')
  await see(/^Clientes registrados: 1$/)
  await see(/^Ana +127\.0\.0\.1 +4000 +5001 +\d\d:\d\d:\d\d$/)
  await see(/Novo cliente registrado: Ana \(127\.0\.0\.1:4000\)$/)
  peer.reset()
  await see(/^Clientes registrados: 0$/)
  expect(operator.picture()).not.toMatch(/^Ana /m)

  // As the operator would.
  operator.type('\x03')
  expect(await operator.child.exited).toBe(0)
  await see(/Encerrando o servidor \(SIGINT\)$/)
})

test('with a locale that is not Portuguese all is English but the lines of the first server', async () => {
  await using operator = onTerminal([process.execPath, mainPath], { LC_ALL: 'en_US.UTF-8' })
  const { see } = operator
  await see(/^Registered clients: 0$/)
  await see(started)
  await see(/^Web page: http:/)
  await see(/To try it in a terminal: \(echo register,Bia,5002; cat\)/)
  operator.type('\x03')
  await see(/Stopping the server \(SIGINT\)$/)
})

test('who is in a call is marked at once, and the address of the page is in sight', async () => {
  await using operator = onTerminal([process.execPath, mainPath])
  const { see } = operator
  await see(/^Página web: http:\/\/127\.0\.0\.1:\d+\/$/)
  const [, port] = await see(started)
  const registry = { ip: '127.0.0.1', port: Number(port) }
  using ana = await connectPeer(registry)
  await ana.ask('register,Ana,5001')
  using bia = await connectPeer(registry)
  await bia.ask('register,Bia,5002')
  await bia.ask('ready')
  const [, id] = (await ana.ask('call,Bia')).split(',')
  await see(/^Clientes registrados: 2 \(\* em chamada\)$/)
  await see(/^\*Ana /)
  await see(/^\*Bia /)
  await ana.ask(`hangup,${id}`)
  await see(/^Clientes registrados: 2$/)
  // Nothing of this is in the log.
  await ana.ask(`resume,${id},Bia,127.0.0.1`)
  await see(/^\*Ana /)
  await see(/^Bia /)
})

test('Ctrl-Z gives the terminal back, a process in the background leaves it alone, and one that comes back paints', async () => {
  await using operator = onTerminal(['bash', '--norc', '--noprofile', '-i'])
  const { see, seeBuffer, type } = operator
  await see(/^prompt> $/)
  type(`${process.execPath} ${mainPath}\n`)
  const [, port] = await see(started)
  expect(operator.cursorIsShown()).toBe(false)

  type('\x1a')
  await seeBuffer('normal')
  await see(/Stopped/)
  expect(operator.cursorIsShown()).toBe(true)

  type('bg\n')
  await see(/^\[1\]\+ .*&$/)
  await see(/^prompt> $/)
  const before = operator.picture()
  using peer = await connectPeer({ ip: '127.0.0.1', port: Number(port) })
  await peer.ask('Ana,127.0.0.1,4000,5001')
  for (let i = 0; i < 8; i++) {
    await peer.ask('list')
    await Bun.sleep(50)
  }
  expect(operator.picture()).toBe(before)

  type('fg\n')
  await see(/^Ana +127\.0\.0\.1 +4000 +5001 /)
  await seeBuffer('alternate')
  expect(operator.cursorIsShown()).toBe(false)
  type('\x03')
  await see(/Encerrando o servidor \(SIGINT\)$/)
  await seeBuffer('normal')
  expect(operator.cursorIsShown()).toBe(true)
}, 20_000)

test('a process that is started in the background paints nothing over the prompt', async () => {
  await using operator = onTerminal(['bash', '--norc', '--noprofile', '-i'])
  const { see, seeBuffer, type } = operator
  await see(/^prompt> $/)
  type(`${process.execPath} ${mainPath} &\n`)
  const [, pid] = await see(/^\[1\] (\d+)$/)
  const descriptors = () => Bun.spawnSync(['ls', '-l', `/proc/${pid}/fd`]).stdout.toString()
  await eventually('a listening process', () => descriptors().includes('socket:'), 10_000)
  // Several times as long as until a picture.
  await Bun.sleep(500)
  expect(operator.output()).not.toContain('\x1b[?1049h')
  expect(operator.picture()).not.toContain('Clientes registrados')

  type('fg\n')
  await see(/^Clientes registrados: 0$/)
  await seeBuffer('alternate')
  type('\x03')
  await seeBuffer('normal')
}, 20_000)

test.each([{ TERM: 'dumb' }, { TERM: '' }])(
  'a terminal "$TERM" gets the log alone',
  async ({ TERM }) => {
    await using operator = onTerminal([process.execPath, mainPath], { TERM })
    await operator.see(started)
    operator.type('\x03')
    expect(await operator.child.exited).toBe(0)
    await operator.see(/Encerrando o servidor \(SIGINT\)$/)
    expect(operator.output()).not.toContain('\x1b')
  },
)
