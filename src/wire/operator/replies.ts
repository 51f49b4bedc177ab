import type { Reply } from '../message.ts'
import type { Block, OperatorRequest } from './message.ts'

/** Reads what stands behind `success` in the answer to a request of the operator's; `undefined` where it is none. */
export function operatorReply(
  verb: OperatorRequest['verb'],
  fields: readonly string[],
): Reply | undefined {
  const [first = '', second = ''] = fields
  switch (verb) {
    case 'kick':
      return { kind: 'kicked', name: first, ip: second }
    case 'block': {
      const blocks = blocksIn(fields.slice(0, 2))
      return blocks.length === 1 ? { kind: 'blocks', blocks, counted: false } : undefined
    }
    case 'blocked': {
      if (!/^\d{1,4}$/.test(first)) return undefined
      const blocks = blocksIn(fields.slice(1, 1 + 2 * Number(first)))
      return blocks.length === Number(first) ? { kind: 'blocks', blocks, counted: true } : undefined
    }
    case 'unblock':
      return { kind: 'unblocked', address: first }
    case 'notice':
      return { kind: 'notified' }
  }
}

function blocksIn(fields: readonly string[]): Block[] {
  const blocks: Block[] = []
  for (let at = 0; at < fields.length; at += 2) {
    const [address = '', until = ''] = fields.slice(at)
    if (address !== '' && /^\d{1,16}$/.test(until)) blocks.push({ address, until: Number(until) })
  }
  return blocks
}
