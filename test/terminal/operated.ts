import { createTerminal, type Row } from '../../src/terminal/terminal.ts'

// The program behind the screen of `operator.ts`: does as it is told over IPC.

export type Order =
  | { do: 'join'; rows: Row[] }
  | { do: 'leave'; name: string }
  | { do: 'log'; line: string }
  | { do: 'burst'; changes: number; forMs: number }
  | { do: 'stop' }
  | { do: 'retire' }

const rows = new Map<string, Row>()

const terminal = createTerminal({
  stream: process.stdout,
  term: process.env.TERM,
  registered: {
    get size() {
      return rows.size
    },
    first: (count) => rows.values().take(count),
  },
})

process.on('message', async (order: Order) => {
  await obey(order)
  process.send?.(order.do)
})

async function obey(order: Order): Promise<void> {
  switch (order.do) {
    case 'join':
      for (const row of order.rows) rows.set(row.name, row)
      return terminal.changed()
    case 'leave':
      rows.delete(order.name)
      return terminal.changed()
    case 'log':
      return terminal.log(order.line)
    case 'burst':
      return burst(order)
    case 'stop':
      terminal.stop()
      return terminal.stop()
    case 'retire':
      // Nothing but the terminal is left to keep the process alive.
      process.removeAllListeners('message')
      process.disconnect?.()
  }
}

async function burst({ changes, forMs }: { changes: number; forMs: number }): Promise<void> {
  const start = performance.now()
  for (let i = 1; i <= changes; i++) {
    const row = { name: `burst-${i}`, ip: '10.9.9.9', port: i, callPort: i, since: Date.now() }
    rows.delete(`burst-${i - 1}`)
    rows.set(row.name, row)
    terminal.changed()
    const ahead = start + (forMs * i) / changes - performance.now()
    if (ahead > 1) await Bun.sleep(ahead)
  }
}
