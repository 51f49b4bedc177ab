import { operatorLanguage } from '../../src/host/operator-language.ts'
import { createTerminal, type Row } from '../../src/terminal/terminal.ts'

// The program behind the screen of `operator.ts`: does as it is told over IPC.

export type Order =
  | { do: 'join'; rows: Row[] }
  | { do: 'leave'; name: string }
  | { do: 'log'; line: string }
  | { do: 'page'; url: string }
  | { do: 'burst'; changes: number; forMs: number }
  | { do: 'stop' }
  | { do: 'retire' }

const rows = new Map<string, Row>()

const terminal = createTerminal({
  stream: process.stdout,
  term: process.env.TERM,
  language: operatorLanguage(process.env),
  registered: {
    get size() {
      return rows.size
    },
    last: (count) => (count > 0 ? [...rows.values()].slice(-count) : []),
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
    case 'page':
      return terminal.setPage(order.url)
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

const newcomer = (name: string, port: number): Row => {
  return { name, ip: '10.9.9.9', port, callPort: port, since: Date.now(), inCall: false }
}

async function burst({ changes, forMs }: { changes: number; forMs: number }): Promise<void> {
  const start = performance.now()
  for (let i = 1; i <= changes; i++) {
    const row = newcomer(`burst-${i}`, i)
    rows.delete(`burst-${i - 1}`)
    rows.set(row.name, row)
    terminal.changed()
    const ahead = start + (forMs * i) / changes - performance.now()
    if (ahead > 1) await Bun.sleep(ahead)
  }
}
