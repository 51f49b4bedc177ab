import { fit } from './fit.ts'
import { drawTable, type Row } from './table.ts'
import { visible } from './visible.ts'

/** All registrations. Only the visible ones are read: thousands more cost nothing. */
export type Registered = Readonly<{
  size: number
  /** The first `count` registrations, in order; fewer if there are fewer. */
  first(count: number): Iterable<Row>
}>

const nobody = 'Ninguém por aqui ainda. Quem se registrar aparece nesta tabela.'

/**
 * What the operator sees: the count, the table, a rule, and the newest lines of the log. At most
 * `lines` lines, none wider than `columns`.
 */
export function drawFrame({
  registered,
  log,
  columns,
  lines,
  now,
}: {
  registered: Registered
  log: readonly string[]
  columns: number
  lines: number
  now: number
}): string[] {
  const title = `\x1b[1m${fit(`Clientes registrados: ${registered.size}`, columns).trimEnd()}\x1b[22m`
  const rule = `\x1b[2m${'─'.repeat(columns)}\x1b[22m`
  // Lines without the title, the heading and the rule. The log gets a third of them, at least three.
  const room = Math.max(0, lines - 3)
  const logLines = Math.min(log.length, room, Math.max(3, Math.floor(room / 3)))
  const above = [
    title,
    ...drawRegistered(registered, { columns, room: room - logLines, now }),
    rule,
  ]
  const newest = log.slice(-Math.max(1, lines - above.length))
  return [...above, ...newest.map((line) => fit(visible(line), columns).trimEnd())].slice(0, lines)
}

/** The heading and at most `room` lines. */
function drawRegistered(
  registered: Registered,
  { columns, room, now }: { columns: number; room: number; now: number },
): string[] {
  const { size } = registered
  if (size === 0) return [fit(nobody, columns).trimEnd()]
  const shown = size <= room ? size : Math.max(0, room - 1)
  const table = drawTable([...registered.first(shown)], { columns, now })
  return shown === size ? table : [...table, fit(`… e mais ${size - shown}`, columns).trimEnd()]
}
