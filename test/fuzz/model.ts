import type { Directory } from '../../src/registry/directory/directory.ts'
import { strangerOf } from '../../src/wire/bytes/stranger.ts'
import { parseRequest } from '../../src/wire/request.ts'

type Entry = { name: string; ip: string; callPort: number; who: number }

/** The directory as a list, and the rules of registering as a person would write them down. */
export type Model = { entries: Entry[]; gone: boolean[]; begun: boolean[] }

export const newModel = (peers: number): Model => ({
  entries: [],
  gone: Array<boolean>(peers).fill(false),
  begun: Array<boolean>(peers).fill(false),
})

/** Takes in one line and its answer; throws where answer or directory are not as they should be. */
export function expectModel(
  model: Model,
  { who, text, answer }: { who: number; text: string; answer: string },
  directory: Directory,
): void {
  const request = parseRequest(text)
  const stranger = !model.begun[who] && strangerOf(Buffer.from(`${text}\n`))
  model.begun[who] = true
  if (!model.gone[who]) {
    if (stranger || (request.ok && request.value.verb === 'quit')) leave(model, who)
    else if (request.ok && request.value.verb === 'register') {
      const { name, callPort, claim } = request.value
      const { ip, port } = claim ?? { ip: '127.0.0.1', port: 40_000 + who }
      const code = refusal(model, { name, ip, callPort, who }, port)
      const right = code
        ? answer.endsWith(`,${code}\n`)
        : answer === 'success,Registrado com sucesso\n'
      if (!right) throw new Error(`${text}: ${code ?? 'success'} expected, got ${answer}`)
      if (!code) model.entries.push({ name, ip, callPort, who })
    }
    // Past five wrong keys the connection is closed.
    if (answer.includes(',too-many-attempts\n')) leave(model, who)
  } else if (answer !== '') throw new Error(`${text}: answered after the end: ${answer}`)
  const shown = (all: { name: string; ip: string; callPort: number }[]) =>
    all.map(({ name, ip, callPort }) => `${name} ${ip} ${callPort}`).join('\n')
  if (shown(directory.all()) !== shown(model.entries)) {
    throw new Error(
      `after ${text}:\n${shown(directory.all())}\nbut expected\n${shown(model.entries)}`,
    )
  }
}

function leave(model: Model, who: number): void {
  model.gone[who] = true
  model.entries = model.entries.filter((entry) => entry.who !== who)
}

function refusal({ entries }: Model, wanted: Entry, port: number): string | undefined {
  if (entries.some(({ who }) => who === wanted.who)) return 'registered-here'
  const met = entries.find(
    ({ name, ip, callPort }) =>
      ip === wanted.ip && (name === wanted.name || callPort === wanted.callPort),
  )
  if (met) return met.name === wanted.name ? 'already-registered' : 'call-port-taken'
  return wanted.callPort === port ? 'same-port' : undefined
}
