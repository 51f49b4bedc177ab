import { Terminal as Emulator } from '@xterm/headless'
import type { Row } from '../../src/terminal/terminal.ts'
import type { Order } from './operated.ts'

export const row = (name: string, changes: Partial<Row> = {}): Row => ({
  name,
  ip: '10.0.0.7',
  port: 40_001,
  callPort: 5001,
  since: Date.now(),
  inCall: false,
  ...changes,
})

/** Somebody before a real pseudo-terminal, whose screen `@xterm/headless` interprets. */
export async function sitDown({
  columns,
  lines,
  locale = 'pt_BR.UTF-8',
}: {
  columns: number
  lines: number
  locale?: string
}) {
  const emulator = new Emulator({ cols: columns, rows: lines, allowProposedApi: true })
  emulator.write('$ bun start\r\n')
  let output = ''
  let acknowledge = (_: unknown) => {}
  const text = new TextDecoder()

  const child = Bun.spawn([process.execPath, `${import.meta.dir}/operated.ts`], {
    env: { ...process.env, LC_ALL: locale, TERM: 'xterm-256color' },
    terminal: {
      cols: columns,
      rows: lines,
      data(_, bytes) {
        output += text.decode(bytes, { stream: true })
        emulator.write(bytes)
      },
    },
    ipc: (message) => acknowledge(message),
  })

  /** The lines of the screen, without the blank ones at the end. */
  function screen(): string[] {
    const { active } = emulator.buffer
    const all = Array.from({ length: emulator.rows }, (_, y) =>
      (
        active.getLine(active.viewportY + y)?.translateToString(true, 0, emulator.cols) ?? ''
      ).trimEnd(),
    )
    return all.slice(0, all.findLastIndex((line) => line !== '') + 1)
  }

  const pty = child.terminal
  if (!pty) throw new Error('no pseudo-terminal')

  return {
    child,
    emulator,
    screen,
    /** Everything that was written to the terminal. */
    output: () => output,
    /** Pictures painted so far. */
    pictures: () => output.split('\x1b[?2026h').length - 1,

    async tell(order: Order): Promise<void> {
      const obeyed = new Promise((resolve) => {
        acknowledge = resolve
      })
      child.send(order)
      if (order.do !== 'retire') await obeyed
    },

    /** Resolves once the screen is as asked; rejects with the screen when that takes too long. */
    async see(expected: (screen: string[]) => boolean, limitMs = 4000): Promise<string[]> {
      const deadline = performance.now() + limitMs
      while (!expected(screen())) {
        if (performance.now() > deadline) {
          throw new Error(`Not seen: ${expected}\n${screen().join('\n')}`)
        }
        await Bun.sleep(10)
      }
      return screen()
    },

    type: (keys: string) => pty.write(keys),

    resize(columns: number, lines: number): void {
      emulator.resize(columns, lines)
      pty.resize(columns, lines)
    },

    async [Symbol.asyncDispose]() {
      child.kill('SIGKILL')
      await child.exited
      pty.close()
      emulator.dispose()
    },
  }
}
